using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>The rules of each route in flat arrays: what the join needs of a route, without a walk through objects.</summary>
internal sealed class RouteRules
{
    private readonly JoinOptions _options;
    private readonly RouteTable _routes;
    private Rule[] _rules = [];
    private int _count;

    public RouteRules(JoinOptions options, RouteTable routes)
    {
        _options = options;
        _routes = routes;
        long maxLead = 0;
        foreach (var rule in options.Routes.Policies.Select(policy => policy.Join))
        {
            AnyCorrections |= rule.Corrections == CorrectionRule.Replace;
            MayReplace |= rule.MayReplace;
            LabelRetention = Math.Max(LabelRetention, Milliseconds(rule.Retention(options.OutOfOrderness)));
            maxLead = Math.Max(maxLead, Milliseconds(rule.Lead));
            EarliestAfterLabel = Math.Min(EarliestAfterLabel, Milliseconds(rule.Lead + options.OutOfOrderness));
        }

        LabelRetention += maxLead;
        ById = routes.Identity == PredictionIdentity.Id;
        AnyCompared = !ById && options.Routes.Policies.Any(policy => policy.Compares);
        AnyVectors = options.Routes.Models.Values.Append(options.Routes.Default).Any(model => model.Views.Keeps(ExtraView.ClassWise));
    }

    /// <summary>Whether the id alone makes a prediction (<see cref="PredictionIdentity.Id"/>). Changes only while what was read before a restart is read again.</summary>
    public bool ById { get; set; }

    /// <summary>Whether any model corrects its labels.</summary>
    public bool AnyCorrections { get; }

    /// <summary>Whether any model has a second label take the place of the first: a matched prediction then keeps its confidence.</summary>
    public bool MayReplace { get; }

    /// <summary>Whether any model compares its versions on the requests that several have scored: a matched prediction then keeps its confidence.</summary>
    public bool AnyCompared { get; }

    /// <summary>The sources that models know; null where nobody asks.</summary>
    public SourceNames? Sources => _routes.Sources;

    /// <summary>Whether any model keeps probability vectors until the label comes.</summary>
    public bool AnyVectors { get; }

    /// <summary>How long a label is kept, since predictions may come that it addresses: the longest R and the longest E of all models.</summary>
    public long LabelRetention { get; }

    /// <summary>How long after a label's time the deadline of the prediction that it joins is at the earliest: the least E + G.</summary>
    public long EarliestAfterLabel { get; } = long.MaxValue;

    public ref readonly Rule this[int route]
    {
        get
        {
            if (route >= _count) Learn();
            return ref _rules[route];
        }
    }

    /// <summary>Whether there is such a route.</summary>
    public bool Knows(int route) => (uint)route < (uint)_routes.Count;

    /// <summary>Whether a label addresses the predictions of a route.</summary>
    public bool Addresses(int addressee, in Rule rule) =>
        ById || addressee == Addressees.Everyone || addressee == rule.OfModel || addressee == rule.Owner || (rule.IsFolded && _routes.FoldsIntoOther(addressee, rule.OfModel));

    private void Learn()
    {
        if (_routes.Count > _rules.Length) Array.Resize(ref _rules, Math.Max(_routes.Count, 2 * _rules.Length));
        for (; _count < _routes.Count; _count++) _rules[_count] = RuleOf(_routes[_count]);
    }

    private Rule RuleOf(Route route) => new()
    {
        Horizon = Milliseconds(route.Rule.Horizon),
        Lead = Milliseconds(route.Rule.Lead),
        Retention = Milliseconds(route.Rule.Retention(_options.OutOfOrderness)),
        KeepsLatest = route.Rule.Corrections == CorrectionRule.Replace,
        MayReplace = route.Rule.MayReplace,
        Compares = AnyCompared && _options.Routes.For(route.Model).Compares,
        Ranks = _routes.Sources?.RanksOf(route.Rule),
        Binary = route.View == View.Binary,
        NamesNegative = route.View == View.Binary && !_options.Routes.For(route.Model).NamesOnlyPositive,
        FalseClass = ClassKey.Of(_options.Routes.For(route.Model).NegativeLabel ?? "0"),
        TrueClass = route.PredictedClass,
        OfModel = route.OfModel,
        Owner = route.Owner,
        IsFolded = route.Version == RouteTable.Other,
    };

    private static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>How predictions of one route meet their labels; times in milliseconds.</summary>
    internal struct Rule
    {
        public long Horizon;
        public long Lead;
        public long Retention;
        public ulong TrueClass;
        public ulong FalseClass;
        public int OfModel;
        public int Owner;
        public bool IsFolded;
        public bool KeepsLatest;
        public bool MayReplace;
        public bool Compares;

        /// <summary>How much a source counts, by its number; null: the model does not ask.</summary>
        public byte[]? Ranks;
        public bool Binary;
        public bool NamesNegative;

        public readonly bool Admits(long delay) => delay >= -Lead && delay <= Horizon;

        /// <summary>Whether a label takes the place of one that stands: of a more trusted source always, of a less trusted one never; of an equal one where the latest counts.</summary>
        /// <remarks>Of labels with the same time the later arrival stands; the same label says nothing new.</remarks>
        public readonly bool Replaces(EventTime standing, bool stands, int of, in Label label, bool outcome)
        {
            if (Ranks is { } ranks && ranks[label.Source] != ranks[of]) return ranks[label.Source] < ranks[of];
            return KeepsLatest && label.Time >= standing && (label.Time, outcome) != (standing, stands);
        }

        /// <summary>Whether the event came true; false if the label cannot be read for this route.</summary>
        public readonly bool TryRead(in LabelValue label, double confidence, out bool outcome)
        {
            if (label.Kind == LabelKind.Correctness)
            {
                bool right = label.Key != 0;
                outcome = Binary ? right == Views.ClaimsPositive(confidence) : right;
                return true;
            }

            outcome = label.Key == TrueClass;
            return outcome || !NamesNegative || label.Key == FalseClass;
        }
    }
}
