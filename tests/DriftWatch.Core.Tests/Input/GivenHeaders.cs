using System.Text;

namespace DriftWatch.Core.Input;

/// <summary>Headers of one record, in the order in which the mapping asks for them.</summary>
internal sealed class GivenHeaders(params string?[] values) : IHeaderSource
{
    public ReadOnlySpan<byte> HeaderOf(int record, int header) => Encoding.UTF8.GetBytes(values.ElementAtOrDefault(header) ?? "");
}
