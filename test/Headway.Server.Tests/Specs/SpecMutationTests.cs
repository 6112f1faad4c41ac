using System.Text;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

public sealed class SpecMutationTests
{
    private const string Seed = """
        service: shop
        build: &b
          test: { run: make test, timeout: 2m, network: true }
          package: { run: make, artifact: dist/app, needs: [test] }
        run: { command: ./x, instances: { min: 2, max: 6 }, scale: { cpu: 70% }, memory: 256 MB, env: { A: "b" } }
        release:
          staging: { blueGreen: true }
          production:
            checks: [./smoke.sh]
            canary: [5% for 30m, 25% for 1000 requests, 50% until approved]
            exposure: 10 failed requests
        """;

    private static readonly string[] Pieces =
    [
        "\t", "\n", "\r", "\0", "\u0007", "\ud800", "\uFEFF", "{", "}", "[", "]", ":", ": ", "- ", "? ", "| ", "> ",
            "%", "%YAML 9.9\n",
        "---\n", "...\n", "!!x ", "!<", "&a ", "*a ", "*b", "<<: ", "#", "'", "\"", "\\x", "\"\\u12", "\"\\UFFFFFFFF\"",
            "@", "`", "  ",
        "99999999999999999999", "-1", "NaN", "1e999", "5%", "null", "~", "true", "0x7f", "...", ",", "é", "\U0001F600",
            "|9\n", "!",
    ];

    [Fact]
    public void No_input_makes_it_throw_and_every_answer_is_a_specification_or_placed_problems()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var yaml = Mutate(new Random(seed));
            var reading = Record.Exception(() => SpecReader.Read("f", yaml)) is { } thrown
                ? throw new InvalidOperationException($"seed {seed}: {thrown.Message}\n{yaml}", thrown)
                : SpecReader.Read("f", yaml);

            Assert.True(reading.Spec is null != reading.Problems.IsEmpty, $"seed {seed}");
            Assert.All(reading.Problems, problem => Assert.True(
                problem is { Line: >= 1, Column: >= 1 }, $"seed {seed}"));
        }
    }

    private static string Mutate(Random random)
    {
        var yaml = new StringBuilder(Seed);
        for (var changes = random.Next(1, 6); changes > 0 && yaml.Length > 10; changes--)
        {
            var at = random.Next(yaml.Length);
            switch (random.Next(4))
            {
                case 0:
                    yaml.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 1:
                    yaml.Remove(at, Math.Min(random.Next(1, 20), yaml.Length - at));
                    break;
                case 2:
                    yaml[at] = (char)random.Next(random.Next(2) == 0 ? 128 : 65536);
                    break;
                default:
                    var length = Math.Min(random.Next(1, 60), yaml.Length - at);
                    yaml.Insert(random.Next(yaml.Length), yaml.ToString(at, length));
                    break;
            }
        }
        return yaml.ToString();
    }
}
