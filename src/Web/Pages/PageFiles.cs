using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace RealtimeTours.Web.Pages;

/// <summary>The built pages, which name each other by relative addresses. The HTML file, shown at every address, gets absolute ones.</summary>
/// <param name="pathBase">See <c>PATH_BASE</c>.</param>
internal sealed class PageFiles(string folder, string pathBase) : IFileProvider, IDisposable
{
    private readonly PhysicalFileProvider _files = new(folder);

    public IFileInfo GetFileInfo(string subpath)
    {
        var file = _files.GetFileInfo(subpath);
        return file.Exists && file.Name == "index.html" ? new Page(file, pathBase) : file;
    }

    public IDirectoryContents GetDirectoryContents(string subpath) => _files.GetDirectoryContents(subpath);

    public IChangeToken Watch(string filter) => _files.Watch(filter);

    public void Dispose() => _files.Dispose();

    private sealed class Page : IFileInfo
    {
        private readonly IFileInfo _file;
        private readonly byte[] _text;

        public Page(IFileInfo file, string pathBase)
        {
            _file = file;
            using var reader = new StreamReader(file.CreateReadStream());
            _text = Encoding.UTF8.GetBytes(reader.ReadToEnd()
                .Replace("=\"./", $"=\"{pathBase}/", StringComparison.Ordinal)
                .Replace("name=\"path-base\" content=\"\"", $"name=\"path-base\" content=\"{pathBase}\"", StringComparison.Ordinal));
        }

        public bool Exists => true;

        public long Length => _text.Length;

        public string? PhysicalPath => null; // else the file itself would be sent

        public string Name => _file.Name;

        public DateTimeOffset LastModified => _file.LastModified;

        public bool IsDirectory => false;

        public Stream CreateReadStream() => new MemoryStream(_text, writable: false);
    }
}
