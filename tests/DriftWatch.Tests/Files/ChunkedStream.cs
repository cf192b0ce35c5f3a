namespace DriftWatch.Files;

/// <summary>Gives its bytes in small portions, as pipes do.</summary>
internal sealed class ChunkedStream(byte[] bytes, int chunk, Random? random = null) : ReadOnlyStream
{
    private int _position;

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, bytes.Length - _position), random?.Next(1, chunk + 1) ?? chunk);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
