using System.Collections.Immutable;
using Headway.Core.Secrets;

namespace Headway.Server.Specs;

/// <summary>
/// `secrets:`, references to the store: `[NPM_TOKEN]`, or a mapping of a variable to a name, or to what is given how. A
/// value has no place in it.
/// </summary>
internal static class SecretsShape
{
    private const string VariableSays = "letters, digits and `_`, not beginning with a digit";

    private static readonly Field<string> Name = new(
        "secret", "Name of the secret in the store; that of the variable when not written.", SecretNameShape(), "");

    private static readonly Field<bool> File = new(
        "file", "The value is in a file that only the program can read, and the variable holds its path.", Shapes.Bool, false);

    private static readonly Shape<(string Secret, bool AsFile)> One = Shapes.Either(
        node => node is SpecNode.Scalar { IsNull: false },
        SecretNameShape().Select(name => (name, false)),
        MapShape.Of("a secret", [Name, File], values => (values.Get(Name), values.Get(File))));

    private static readonly Shape<ImmutableArray<SecretUse>> Mapping = Named(NamedShape.Of(
        "`secrets`", NamedShape.Variable, VariableSays, SecretUse.Most, One));

    private static readonly Shape<ImmutableArray<SecretUse>> Names = Shapes.List(
        "`secrets`", SecretUse.Most, VariableShape().Select(name => new SecretUse(name, name, false)));

    private static readonly Shape<ImmutableArray<SecretUse>> Both =
        Shapes.Either(node => node is SpecNode.List, Names, Mapping);

    public static readonly Field<ImmutableArray<SecretUse>> OfJob = new(
        "secrets", "Secrets of the store that the job is given as variables or files, by name.", Both, []);

    public static readonly Field<ImmutableArray<SecretUse>> OfRun = new(
        "secrets", "Secrets of the store that every instance is given as variables or files, by name.", Both, []);

    public static readonly Field<ImmutableArray<SecretUse>> OfEnvironment = new(
        "secrets", "Secrets that instances are given here, beside and before those of `run`.", Both, []);

    /// <summary>Reports what fields by themselves cannot see.</summary>
    public static void Check(MapValues values, Field<ImmutableArray<SecretUse>> field, IEnumerable<string> variables)
    {
        var uses = values.Get(field);
        foreach (var both in uses.Select(use => use.Variable).Intersect(variables))
            values.Problem(field, $"`{both}` stands in `env` and in `secrets`", "each variable once");
    }

    private static Shape<ImmutableArray<SecretUse>> Named(Shape<ImmutableArray<Named<(string Secret, bool AsFile)>>> named) =>
        new(named.Schema, (node, problems) =>
        {
            var read = named.Read(node, problems);
            if (!read.Ok) return default;
            foreach (var own in read.Value.Where(each => IsOurs(each.Name)))
                problems.Add(own.Key.At, $"`{own.Name}` is set by Headway", "another name");
            return Found.It(read.Value.Select(each => new SecretUse(
                each.Name, each.Value.Secret.Length > 0 ? each.Value.Secret : each.Name, each.Value.AsFile)).ToImmutableArray());
        });

    private static Shape<string> VariableShape()
    {
        var text = Shapes.Text("a name such as `NPM_TOKEN`");
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            if (NamedShape.Variable.IsMatch(read.Value) && !IsOurs(read.Value)) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` cannot be a variable", SecretName.IsName(read.Value)
                ? $"`{{ NAME: {SpecNode.Shorten(read.Value)} }}` with the name of a variable" : VariableSays);
            return default;
        });
    }

    private static Shape<string> SecretNameShape()
    {
        var text = Shapes.Text("the name of a secret, such as `shared/npm`");
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok || SecretName.IsName(read.Value)) return read;
            problems.Add(node.At, "this cannot be the name of a secret (a value has no place here)", SecretName.Says);
            return default;
        });
    }

    private static bool IsOurs(string variable) => variable is "PORT" or "PATH" or "HOME" or "TMPDIR" or "LD_PRELOAD"
        || variable.StartsWith("HEADWAY_", StringComparison.Ordinal);
}
