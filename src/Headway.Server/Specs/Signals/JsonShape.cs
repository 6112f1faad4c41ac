using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;

namespace Headway.Server.Specs.Signals;

/// <summary>`json: ADDRESS` with the places of its numbers.</summary>
internal static class JsonShape
{
    private static readonly Field<string> Address = new(
        "json", "Address of a JSON document, with `$release` in it; or the name of a connection and what follows its "
            + "URL.",
        ServerShape.Address("json: http://127.0.0.1:8080/stats?release=$release"), "");

    private static readonly Field<string?> Value = new(
        "value", "Where in the document the value stands: `data.result.0.count`.",
        Shapes.Text("a path such as `data.result.0.count`").Select(text => (string?)text), null);

    public static readonly SignalSourceField Field = new(
        Address, [QueriesShape.Bad, QueriesShape.Total, QueriesShape.Sides, Value], values =>
        {
            var address = values.Get(Address);
            if (address.Length > 0 && QueryProblem.OfPlain(address, "`json`") is { } problem)
                values.ProblemAt(values.NodeOf(Address)!.At, problem.Says,
                    "an address such as `http://127.0.0.1:8080/stats?release=$release`", QueriesShape.Nearest(problem));
            return new SignalSource.Json(address, QueriesShape.Of(values, Value, (path, what, _) =>
                JsonPath.WhyRefused(path, what)));
        });
}
