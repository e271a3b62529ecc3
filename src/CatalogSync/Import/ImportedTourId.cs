using System.Security.Cryptography;
using System.Text;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>The id of a new tour, derived from the supplier's ids: the same in every process. Only here do they become one of ours.</summary>
/// <remarks>A supplier's ids may have any characters. For ours see <see cref="NewIds"/>.</remarks>
internal static class ImportedTourId
{
    /// <summary><c>{supplier}-{product}</c>, and the option where it is not the product's default one.</summary>
    public static string Of(string supplierId, SupplierProduct product, SupplierOption option)
    {
        var usual = product.Options.FirstOrDefault(one => one.IsDefault) ?? product.Options[0];
        var wanted = option.Id == usual.Id ? $"{supplierId}-{product.Id}" : $"{supplierId}-{product.Id}-{option.Id}";
        var fit = string.Concat(wanted.TrimStart('-').Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or '-' ? c : '-'));
        return fit == wanted && NewIds.IsValid(fit) ? fit : Marked(fit, supplierId, product.Id, option.Id);
    }

    /// <summary>The id with a hash added, where another tour has the first one.</summary>
    public static string Marked(string id, string supplierId, string productId, string optionId)
    {
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{supplierId}\n{productId}\n{optionId}")))[..10];
        return $"{id[..Math.Min(id.Length, EventEnvelope.MaxIdLength - mark.Length - 1)]}-{mark}".TrimStart('-');
    }
}
