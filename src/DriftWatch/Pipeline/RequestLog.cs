using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.State;

namespace DriftWatch.Pipeline;

/// <summary>The requests of all epochs so far: how many, for whom, and the newest as they were written.</summary>
internal sealed class RequestLog : IKeepsState
{
    private const int MostRecent = 50;
    private const int MostSeries = 10_000;

    private readonly Dictionary<(string, string), long> _bySeries = [];
    private readonly List<string> _recent = [];
    private long _published;

    public long Published => _published;

    public IReadOnlyDictionary<(string Model, string Version), long> BySeries => new Dictionary<(string, string), long>(_bySeries);

    public IReadOnlyList<string> Recent => [.. _recent];

    public void Add(RecalibrationRequest request, OutgoingRecord record)
    {
        _published++;
        var series = (request.Series.Model, request.Series.Version);
        if (request.Kind == RequestKind.Requested && (_bySeries.ContainsKey(series) || _bySeries.Count < MostSeries)) _bySeries[series] = _bySeries.GetValueOrDefault(series) + 1;
        _recent.Add(Encoding.UTF8.GetString(record.Value!));
        if (_recent.Count > MostRecent) _recent.RemoveAt(0);
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("requests");
        state.Exchange(ref _published);
        state.Exchange(_recent, (StateExchange s, ref string text) =>
        {
            text ??= "";
            s.ExchangeText(ref text);
        });
        state.Exchange(_bySeries, Comparer<(string, string)>.Default,
            (StateExchange s, ref (string Model, string Version) series) =>
            {
                (string model, string version) = (series.Model ?? "", series.Version ?? "");
                s.ExchangeText(ref model);
                s.ExchangeText(ref version);
                series = (model, version);
            },
            (StateExchange s, ref long count) => s.Exchange(ref count));
    }
}
