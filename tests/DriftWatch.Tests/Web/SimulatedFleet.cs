using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>Many models with many slices each, made of the busy service's series under other names: what a page must stay usable with.</summary>
internal static class SimulatedFleet
{
    public static ServiceSnapshot Of(int models, int slices)
    {
        var busy = SimulatedEvidence.Service;
        var whole = busy.Monitor.Series.Where(series => series.Key.IsWhole).ToList();
        List<SeriesSnapshot> all = [];
        for (int model = 0; model < models; model++)
        {
            var like = whole[model % whole.Count];
            var key = new SeriesKey($"model-{model:00}", "1", null, View.Binary);
            all.Add(like with { Key = key });
            if (model % 10 == 0) all.Add(like with { Key = key with { Version = "2" } });
            for (int slice = 0; slice < slices; slice++)
                all.Add(whole[(model + slice) % whole.Count] with { Key = key with { Slice = new Slice("region", $"r{slice:00}") }, State = EpisodeState.Inactive });
        }

        return busy with { Monitor = busy.Monitor with { Series = all, Models = [.. Enumerable.Range(0, models).Select(model => busy.Monitor.Models[0] with { Model = $"model-{model:00}" })], Episodes = [], Comparisons = [] } };
    }
}
