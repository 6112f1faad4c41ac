using Headway.Benchmarks.Gateway;

return args switch
{
    [GatewayParts.Word, .. var part] => await GatewayParts.RunAsync(part),
    ["gateway", .. var rest] => await GatewayBench.RunAsync(
        Console.Out, rest is [var rounds, ..] ? int.Parse(rounds) : 6, TimeSpan.FromSeconds(1), CancellationToken.None),
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine("Say what to measure: gateway [ROUNDS].");
    return 2;
}
