using System.Globalization;
using System.Text;

namespace DriftWatch.Chaos;

/// <summary>A record to be sent, and when.</summary>
/// <param name="At">Event time, in milliseconds, at which a live system would send it.</param>
/// <param name="IsLabel">Which topic.</param>
/// <param name="Id">Decides the partition: all copies of an id are in one.</param>
/// <param name="Value">What is sent; null is a record without value.</param>
internal readonly record struct Outgoing(long At, bool IsLabel, string Id, byte[]? Value);

/// <summary>Predictions and labels as the world sends them: late, twice, out of order, before their time, and broken. The same seed gives the same.</summary>
/// <remarks>
/// One id in four is scored by a second model at the same moment, and one in three of those has a label for each model. Bounds that the oracle relies on: a record is sent at most a second after its event time, copies excepted; all labels of an id are in one partition; of two
/// that differ the second is sent later; labels outside the interval have no other beside them.
/// </remarks>
internal sealed class Traffic(RoundPlan plan, int seed, long start, int rate)
{
    private const int Second = 1000;

    /// <summary>Predictions are made ahead, so that labels can come before them.</summary>
    private const int Ahead = 4 * Second;

    private static readonly string[] Models = ["steady", "swinging", "tilted"];
    private const string Shadow = "shadow";

    private static readonly string[] Regions = ["eu", "us", "ap"];

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Outgoing, (long, int)> _due = new();
    private int _order;
    private int _ids;
    private double _owed;
    private long _made = start - Ahead;

    /// <summary>What is due by then, in the order of sending.</summary>
    /// <param name="until">Event time in milliseconds.</param>
    /// <param name="more">Whether new predictions are still made.</param>
    public IEnumerable<Outgoing> Until(long until, bool more)
    {
        if (more) Make(until + Ahead);
        while (_due.TryPeek(out var next, out _) && next.At < until) yield return _due.Dequeue();
    }

    /// <summary>When the last record that has been made is due.</summary>
    public long LastDue => _due.Count == 0 ? _made : _due.UnorderedItems.Max(item => item.Element.At);

    private void Make(long until)
    {
        _made = Math.Max(_made, start);
        // After a pause event time goes on at now: what would have come in between never was.
        if (until - _made > 2 * Ahead) _made = until - Second;
        while (_made < until)
        {
            long step = Math.Min(50, until - _made);
            for (_owed += rate * step / 1000.0; _owed >= 1; _owed--) Predict(_made + _random.Next((int)step));
            _made += step;
        }
    }

    private void Predict(long time)
    {
        string id = NewId();
        int which = _random.Next(Models.Length);
        double claim = _random.NextDouble();
        double truth = Models[which] == "steady" || (time - start) / (12 * Second) % 2 == 0 ? claim : claim * claim * claim;
        string region = Regions[_random.Next(3)], version = $"{1 + (_ids % 2)}";
        SendPrediction(id, time, Models[which], version, claim, region);
        bool shared = Chance(0.25);
        if (shared) SendPrediction(id, time, Shadow, version, claim, region);
        if (Chance(0.01)) Send(time, Chance(0.5), id, Broken(id, time));
        if (Chance(0.1)) return; // its label never comes
        bool outcome = _random.NextDouble() < truth;
        if (shared && Chance(0.33))
        {
            SendLabels(id, time, outcome, Models[which]);
            SendLabels(id, time, Chance(0.1) != outcome, Shadow);
        }
        else
        {
            SendLabels(id, time, outcome, null);
        }

        if (Chance(0.01)) Send(time, true, NewId(), Label(NewId(), time, true, null)); // of no prediction
    }

    private void SendPrediction(string id, long time, string model, string version, double claim, string region)
    {
        string prediction =
            $"{{\"id\":{id},\"model\":\"{model}\",\"version\":\"{version}\",\"timestamp\":{time},\"probability\":{claim.ToString("R", CultureInfo.InvariantCulture)},\"slices\":{{\"region\":\"{region}\"}}}}";
        Send(time + Disorder(), false, id, prediction);
        if (Chance(0.15)) Send(time + Second + _random.Next(3 * Second), false, id, prediction);
        if (Chance(0.02)) Send(time + (long)plan.Retention.TotalMilliseconds + _random.Next(6 * Second), false, id, prediction);
    }

    private void SendLabels(string id, long predicted, bool outcome, string? model)
    {
        if (Chance(0.02))
        {
            long tooLate = predicted + (plan.HorizonSeconds * Second) + 1 + _random.Next(Second);
            Send(tooLate, true, id, Label(id, tooLate, outcome, model));
            return;
        }

        int delay = Chance(0.15) ? -_random.Next(RoundPlan.LeadSeconds * Second) : (int)Math.Min(7.9 * Second, -Math.Log(1 - _random.NextDouble()) * 2 * Second);
        long time = predicted + delay;
        string label = Label(id, time, outcome, model);
        Send(time + Disorder(), true, id, label);
        if (Chance(0.15)) Send(time + Second + _random.Next(3 * Second), true, id, label);
        if (Chance(0.03)) Send(time + 2500, true, id, Label(id, time + 2500, !outcome, model));
    }

    private void Send(long at, bool isLabel, string id, string? value) =>
        _due.Enqueue(new(at, isLabel, id, value is null ? null : Encoding.UTF8.GetBytes(value)), (at, _order++));

    private string? Broken(string id, long time) => _random.Next(7) switch
    {
        0 => "{\"id\":" + id + ",\"timestamp\":",
        1 => $"{{\"id\":{id},\"model\":\"steady\",\"version\":\"1\",\"timestamp\":{time},\"probability\":1.5,\"label\":\"\"}}",
        2 => $"{{\"model\":\"steady\",\"timestamp\":{time},\"probability\":0.5,\"label\":1}}",
        3 => $"{{\"id\":{id},\"model\":\"steady\",\"probability\":0.5,\"label\":1}}",
        4 => $"{{\"id\":{id},\"model\":\"steady\",\"timestamp\":{time + 86_400_000L},\"probability\":0.5,\"label\":1}}",
        5 => "",
        _ => null,
    };

    private static string Label(string id, long time, bool outcome, string? model) =>
        $"{{\"id\":{id},\"timestamp\":{time},\"label\":{(outcome ? 1 : 0)}{(model is null ? "" : $",\"model\":\"{model}\"")}}}";

    private string NewId() => (_ids++ % 3) switch
    {
        0 => $"{1_000_000L + _ids}",
        1 => $"\"p-{_ids}\"",
        _ => $"\"{new Guid(_ids, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8)}\"",
    };

    private int Disorder() => Chance(0.3) ? _random.Next(Second) : 0;

    private bool Chance(double probability) => _random.NextDouble() < probability;
}
