using System.Text;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Input.Columns;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Ids that are hashed four at a time have the hashes that they have one by one.</summary>
public sealed class ManyIdsTests
{
    private readonly PredictionIdHash _hash = new(new SipHash("0123456789abcdef"u8));

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 3).Select(_ => Random.Shared.Next())];

    [Theory, MemberData(nameof(Seeds))]
    public void Texts_of_any_length_and_uuids_in_any_order(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            // Runs of one kind, so that fours are alike now and then.
            int kind = 0;
            string[] texts = [.. Enumerable.Range(0, random.Next(40)).Select(i => Text(kind = random.Next(5) == 0 ? random.Next(5) : kind, random))];
            var (values, places) = Packed(texts);
            var ids = new PredictionId[texts.Length];

            _hash.Of(values, places, ids);

            for (int i = 0; i < texts.Length; i++) Assert.True(_hash.Of(Encoding.UTF8.GetBytes(texts[i])) == ids[i], $"seed {seed}: '{texts[i]}', number {i}");
        }
    }

    private static string Text(int kind, Random random) => kind switch
    {
        0 => new string('a', random.Next(8)),
        1 => random.Next(1, 10_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
        2 => new string('b', random.Next(8, 50)),
        3 => new string('c', 36),
        _ => random.Next(2) == 0 ? Guid.NewGuid().ToString() : Guid.NewGuid().ToString().ToUpperInvariant(),
    };

    private static (byte[] Values, CellPlace[] Places) Packed(string[] texts)
    {
        List<CellPlace> places = [];
        int end = 0;
        foreach (string text in texts)
        {
            places.Add(new(end, text.Length));
            end += text.Length;
        }

        return (Encoding.UTF8.GetBytes(string.Concat(texts)), [.. places]);
    }
}
