using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DriftWatch.Core.Recalibration;

namespace DriftWatch.Artefacts;

/// <summary>A calibration map as files: the map itself, as JSON and as ONNX, and folders that drop into what serves models.</summary>
/// <remarks>Names and bytes only: the same document gives the same files. Nothing in them is a secret.</remarks>
public static class MapFiles
{
    /// <summary>Path, with <c>/</c> between its parts, and content.</summary>
    /// <param name="document">The map.</param>
    /// <param name="storageUri">Where KServe will find the folder <c>triton</c>.</param>
    /// <param name="version">Version of the writer.</param>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> Of(MapDocument document, string storageUri, string version) => Of(document, MapJsonWriter.Write(document), storageUri, version);

    /// <summary>The same of a document that was read: what the gate said is in its bytes alone.</summary>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> Of(MapDocument document, byte[] json, string storageUri, string version)
    {
        string name = NameOf(document), checksum = ChecksumIn(json);
        byte[] onnx = OnnxMap.Write(
            document.Map,
            [
                new("schema", MapJsonWriter.Schema), new("model", document.Model), new("version", document.Version), new("slice", document.Slice ?? ""), new("view", document.View), new("method", document.Map.Method.Name()),
                new("revision", document.Lineage.Revision.ToString()), new("validFrom", document.ValidFrom.ToString()), new("checksum", checksum),
            ],
            version);
        return
        [
            new("map.json", json),
            new("map.onnx", onnx),
            new($"triton/{name}/config.pbtxt", Utf8(TritonLayout.Config(name, document.Map))),
            new($"triton/{name}/{document.Lineage.Revision}/model.onnx", onnx),
            new("kserve/inference-service.yaml", Utf8(KServeLayout.Service(name, storageUri))),
            .. MlflowLayout.Files(document, checksum).Select(file => new KeyValuePair<string, byte[]>($"mlflow/{file.Key}", Utf8(file.Value))),
            new($"mlflow/{MlflowLayout.ModelFile}", onnx),
        ];
    }

    /// <summary>A name that Triton and Kubernetes both take: of model, version and slice, lower case, at most 63 letters, digits and dashes. Where that loses anything a hash tells apart.</summary>
    public static string NameOf(MapDocument document)
    {
        const string Ending = "-calibration";
        const int Most = 63, HashLength = 8;
        string all = string.Join('-', new[] { document.Model, document.Version, document.Slice }.Where(part => !string.IsNullOrEmpty(part)));
        string name = new([.. all.Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : '-')]);
        name = name.Trim('-');
        if (name != all || name.Length + Ending.Length > Most)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(Utf8(all)))[..HashLength];
            int room = Most - Ending.Length - HashLength - 1;
            name = $"{(name.Length > room ? name[..room] : name).Trim('-')}-{hash}".TrimStart('-');
        }

        return name + Ending;
    }

    private static string ChecksumIn(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("checksum").GetString()!;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
