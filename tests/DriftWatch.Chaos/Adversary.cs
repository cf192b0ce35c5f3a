using System.Diagnostics;

namespace DriftWatch.Chaos;

/// <summary>Kills, stops and cuts off, at moments that the seed draws, until there were enough kills.</summary>
internal sealed class Adversary(RoundPlan plan, ChaosOptions options, Cluster cluster, IReadOnlyList<Instance> instances, CounterWatch watch, Random random, Tally tally)
{
    /// <summary>An owner is back within seconds of a kill; so long without a kill, nothing ever comes back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Queue<Action> _deck = new();
    private TimeSpan _waited;

    /// <summary>Works until the tally has come to <paramref name="kills"/>, or time is up.</summary>
    public void Work(int kills, DateTime deadline)
    {
        var (newest, at) = (tally.Kills, DateTime.UtcNow);
        while (tally.Kills < kills && DateTime.UtcNow < deadline && !tally.Hopeless)
        {
            if (_deck.Count == 0) Shuffle();
            var card = _deck.Dequeue();
            var clock = Stopwatch.StartNew();
            _waited = TimeSpan.Zero;
            card();
            tally.Spent(card.Method.Name, clock.Elapsed - _waited);
            tally.Spent("waiting for an owner", _waited);
            if (tally.Kills > newest) (newest, at) = (tally.Kills, DateTime.UtcNow);
            if (DateTime.UtcNow - at < Patience) continue;
            tally.Fault($"round {plan.Number}: nothing to kill for {Patience.TotalMinutes} minutes; phases {string.Join(", ", instances.Select(i => watch.PhaseOf(i) ?? "silent"))}");
            return;
        }
    }

    // Every deck holds every kind, so that a long run has many of each and a short one has each once.
    private void Shuffle()
    {
        List<Action> cards = [ZombieWakes, KillBroker, PauseBroker];
        for (int i = 0; i < 10; i++) cards.AddRange([KillOwner, LetFailPointsWork]);
        for (int i = 0; i < 2; i++) cards.AddRange([KillAny, KillWhileRestoring]);
        if (options.Brokers > 1) cards.AddRange([KillTransactionCoordinator, KillGroupCoordinator]);
        if (instances.Count > 1) cards.Add(KillAll);
        var deck = cards.ToArray();
        random.Shuffle(deck);
        foreach (var card in deck) _deck.Enqueue(card);
    }

    private void KillOwner()
    {
        AwaitOwner();
        Sleep(0, 1.5);
        watch.Owner?.Kill("random");
    }

    private void KillAny()
    {
        Sleep(0.1, 2);
        instances[random.Next(instances.Count)].Kill("random");
    }

    private void KillAll()
    {
        Sleep(0.5, 2);
        foreach (var instance in instances) instance.Kill("random");
    }

    // Whoever works dies at its own place by and by, or here if it has none.
    private void LetFailPointsWork()
    {
        AwaitOwner();
        if (watch.Owner is not { } owner) return;
        int life = owner.Life;
        bool armed = owner.FailPoint is { } place && FailPoints.IsOfEpochs(place);
        var until = DateTime.UtcNow.AddSeconds(armed ? 3 : random.NextDouble());
        while (owner.Life == life && DateTime.UtcNow < until) Thread.Sleep(10);
        if (owner.Life == life) owner.Kill("random");
    }

    private void AwaitOwner()
    {
        var clock = Stopwatch.StartNew();
        while (watch.Owner is null && clock.Elapsed.TotalSeconds < 10) Thread.Sleep(20);
        _waited += clock.Elapsed;
    }

    private void KillWhileRestoring()
    {
        KillOwner();
        var until = DateTime.UtcNow.AddSeconds(8);
        while (DateTime.UtcNow < until)
        {
            if (instances.FirstOrDefault(i => watch.PhaseOf(i) is "restoring") is { } restoring)
            {
                Sleep(0, 0.3);
                restoring.Kill(watch.PhaseOf(restoring) is "restoring" ? "restoring" : "random");
                return;
            }

            Thread.Sleep(10);
        }
    }

    private void ZombieWakes()
    {
        AwaitOwner();
        if (watch.Owner is not { } zombie) return;
        int life = zombie.Life;
        long from = zombie.LogLength;
        Sleep(0.2, 1.5);
        if (!zombie.Signal(Signals.Stop)) return;
        // Meanwhile it may have died at a place of its own and come back: what is no owner cannot be fenced.
        bool owned = zombie.Life == life && watch.PhaseOf(zombie) is "running";
        tally.Hung(owned ? "zombies" : "sleepers that owned nothing");
        // Longer than the session, and often longer than a transaction may take.
        Sleep(RoundPlan.SessionSeconds + 1, RoundPlan.SessionSeconds + RoundPlan.TransactionSeconds + 3);
        bool another = owned && watch.Owner is { } owner && owner != zombie;
        zombie.Signal(Signals.Continue);
        // Where another has taken over, it must say that it was fenced, and may not work on.
        for (int i = 0; i < (another ? 100 : 30) && zombie.Life == life; i++)
        {
            if (zombie.TextSince(from).Contains("Fenced", StringComparison.Ordinal))
            {
                tally.Hung("zombies fenced");
                return;
            }

            Thread.Sleep(100);
        }

        if (another && zombie.Life == life && watch.Owner != zombie) tally.Fault($"instance {zombie.Number} woke up, another one is the owner, and it has not said that it was fenced");
    }

    private void KillBroker() => KillBroker(1 + random.Next(options.Brokers), "broker");

    private void KillTransactionCoordinator() => KillBroker(cluster.CoordinatorOf("__transaction_state", $"{plan.Group}-task-0"), "transaction coordinator");

    private void KillGroupCoordinator() => KillBroker(cluster.CoordinatorOf("__consumer_offsets", plan.Group), "group coordinator");

    private void KillBroker(int broker, string kind)
    {
        Sleep(0.2, 1.5);
        tally.Killed(kind);
        cluster.Kill(broker);
        Sleep(0.1, options.Brokers > 1 ? 9 : 3);
        cluster.Start(broker);
    }

    private void PauseBroker()
    {
        Sleep(0.2, 1.5);
        int broker = options.Brokers > 1 ? cluster.CoordinatorOf("__transaction_state", $"{plan.Group}-task-0") : 1;
        tally.Hung("broker pauses");
        cluster.Pause(broker);
        Sleep(RoundPlan.TransactionSeconds - 1, RoundPlan.TransactionSeconds + 3);
        cluster.Resume(broker);
    }

    private void Sleep(double least, double most) => Thread.Sleep(TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble())));
}
