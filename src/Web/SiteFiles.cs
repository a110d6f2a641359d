using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.AspNetCore.WebUtilities;

namespace PrivateConnect.Web;

/// <summary>
/// The files of wwwroot, each compressed once, from memory. An address with the file's own version (asp-append-version) may
/// be kept for ever; others are asked for again.
/// </summary>
internal sealed class SiteFiles(IWebHostEnvironment site)
{
    // Ours are a handful of small files; whatever else somebody puts there is not worth the memory.
    private const long MaximumBytes = 1024 * 1024;

    private static readonly FileExtensionContentTypeProvider s_types = new();

    private readonly ConcurrentDictionary<string, Packed> _files = new(StringComparer.Ordinal);

    public Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || Find(request.Path) is not { } file)
            return next(http);
        var accepted = request.Headers.AcceptEncoding.ToString();
        var (encoding, body) = accepted.Contains("br", StringComparison.Ordinal) ? ("br", file.Brotli)
            : accepted.Contains("gzip", StringComparison.Ordinal) ? ("gzip", file.Gzip)
            : ("", file.Plain);
        var answer = http.Response;
        var tag = $"\"{file.Version}{encoding}\"";
        answer.Headers.ETag = tag;
        answer.Headers.Vary = "Accept-Encoding";
        answer.Headers.CacheControl = request.Query["v"] == file.Version ? "max-age=31536000, immutable" : "no-cache";
        answer.Headers.Remove("Pragma");
        if (request.Headers.IfNoneMatch == tag)
        {
            answer.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        if (encoding.Length > 0)
            answer.Headers.ContentEncoding = encoding;
        answer.ContentType = file.Type;
        answer.ContentLength = body.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : answer.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private Packed? Find(PathString path)
    {
        if (path.Value is not { Length: > 1 } name || !s_types.TryGetContentType(name, out var type))
            return null;
        if (_files.TryGetValue(name, out var known))
            return known;
        var file = site.WebRootFileProvider.GetFileInfo(name);
        if (!file.Exists || file.IsDirectory || file.Length > MaximumBytes)
            return null;
        using var plain = new MemoryStream();
        using (var from = file.CreateReadStream())
            from.CopyTo(plain);
        return _files.GetOrAdd(name, new Packed(plain.ToArray(), type));
    }

    private sealed class Packed(byte[] plain, string type)
    {
        public byte[] Plain => plain;

        public string Type { get; } = type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;

        public byte[] Brotli { get; } = Pack(plain, static to => new BrotliStream(to, CompressionLevel.Optimal));

        public byte[] Gzip { get; } = Pack(plain, static to => new GZipStream(to, CompressionLevel.SmallestSize));

        /// <summary>As the framework's asp-append-version computes it.</summary>
        public string Version { get; } = WebEncoders.Base64UrlEncode(SHA256.HashData(plain));

        private static byte[] Pack(byte[] plain, Func<Stream, Stream> packer)
        {
            using var to = new MemoryStream();
            using (var pack = packer(to))
                pack.Write(plain);
            return to.ToArray();
        }
    }
}
