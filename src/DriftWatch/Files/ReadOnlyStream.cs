namespace DriftWatch.Files;

/// <summary>Counts the bytes that were read, so that another thread can show how far reading has come. Goes where the stream inside can go.</summary>
internal sealed class CountingStream(Stream inner) : ReadOnlyStream
{
    private long _count;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public long Count => Volatile.Read(ref _count);

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        Volatile.Write(ref _count, _count + read);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A stream whose first bytes can be looked at before they are read.</summary>
internal sealed class PeekStream(Stream inner) : ReadOnlyStream
{
    private byte[] _peeked = [];
    private int _given;

    /// <summary>The first bytes, fewer than asked for only at the end. To be called before the first read; again only for more.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        int had = _peeked.Length;
        Array.Resize(ref _peeked, count);
        int read = inner.ReadAtLeast(_peeked.AsSpan(had), count - had, throwOnEndOfStream: false);
        Array.Resize(ref _peeked, had + read);
        return _peeked;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_given == _peeked.Length) return inner.Read(buffer);
        int count = Math.Min(buffer.Length, _peeked.Length - _given);
        _peeked.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What a stream for reading forward has to say no to.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public abstract override int Read(Span<byte> buffer);
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
