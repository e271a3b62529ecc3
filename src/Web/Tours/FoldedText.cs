using System.Collections.Frozen;
using System.Text;

namespace RealtimeTours.Web.Tours;

/// <summary>Text as it is compared with what visitors type: without case and accents, so that <c>malaga</c> finds Málaga.</summary>
internal static class FoldedText
{
    // Latin, Greek and Cyrillic letters with what people type who lack them. Written out: the hosts run without ICU (InvariantGlobalization), where
    // string.Normalize takes no letter apart.
    private static readonly FrozenDictionary<char, string> Plain = new Dictionary<string, string>
    {
        ["a"] = "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
        ["ae"] = "æǣǽ",
        ["b"] = "ḃḅḇ",
        ["c"] = "çćĉċčḉ",
        ["d"] = "ðďđḋḍḏḑḓ",
        ["e"] = "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
        ["f"] = "ḟ",
        ["g"] = "ĝğġģǧǵḡ",
        ["h"] = "ĥħȟḣḥḧḩḫẖ",
        ["i"] = "ìíîïĩīĭįİıǐȉȋḭḯỉị",
        ["j"] = "ĵǰ",
        ["k"] = "ķǩḱḳḵ",
        ["l"] = "ĺļľłḷḹḻḽ",
        ["m"] = "ḿṁṃ",
        ["n"] = "ñńņňŋǹṅṇṉṋ",
        ["o"] = "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
        ["oe"] = "œ",
        ["p"] = "ṕṗ",
        ["r"] = "ŕŗřȑȓṙṛṝṟ",
        ["s"] = "śŝşšșṡṣṥṧṩ",
        ["ss"] = "ß",
        ["t"] = "ţťŧțṫṭṯṱẗ",
        ["th"] = "þ",
        ["u"] = "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
        ["v"] = "ṽṿ",
        ["w"] = "ŵẁẃẅẇẉẘ",
        ["x"] = "ẋẍ",
        ["y"] = "ýÿŷȳẏẙỳỵỷỹ",
        ["z"] = "źżžẑẓẕ",
        ["ſ"] = "ẛ",
        ["ʒ"] = "ǯ",
        ["α"] = "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ",
        ["ε"] = "έἐἑἒἓἔἕὲέ",
        ["η"] = "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ",
        ["ι"] = "ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ",
        ["ο"] = "όὀὁὂὃὄὅὸό",
        ["ρ"] = "ῤῥ",
        ["σ"] = "ς",
        ["υ"] = "ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ",
        ["ω"] = "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ",
        ["а"] = "ӑӓ",
        ["г"] = "ѓ",
        ["е"] = "ѐёӗ",
        ["ж"] = "ӂӝ",
        ["з"] = "ӟ",
        ["и"] = "йѝӣӥ",
        ["к"] = "ќ",
        ["о"] = "ӧ",
        ["у"] = "ўӯӱӳ",
        ["ч"] = "ӵ",
        ["ы"] = "ӹ",
        ["э"] = "ӭ",
        ["і"] = "ї",
        ["ѵ"] = "ѷ",
        ["ә"] = "ӛ",
        ["ө"] = "ӫ",
    }.SelectMany(pair => pair.Value.Select(letter => (letter, pair.Key))).ToFrozenDictionary(pair => pair.letter, pair => pair.Key);

    public static string Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (c is >= '\u0300' and <= '\u036F') continue; // an accent that is a character of its own
            if (Plain.TryGetValue(c, out var plain)) folded.Append(plain);
            else folded.Append(c);
        }
        return folded.ToString();
    }
}
