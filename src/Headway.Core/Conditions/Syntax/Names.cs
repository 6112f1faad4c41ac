using System.Collections.Immutable;

namespace Headway.Core.Conditions.Syntax;

/// <summary>
/// What a name with dots could mean: the longest part of it that is a variable or a type wins, and for each length
/// the innermost container.
/// </summary>
internal sealed class Names
{
    /// <summary>Of a qualified name; what follows behind more dots is a field in any case.</summary>
    public const int MostParts = 32;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    };

    private readonly ImmutableArray<string> _prefixes;

    public Names(string container)
    {
        var parts = container.Length == 0 ? [] : container.Split('.');
        _prefixes = [.. Enumerable.Range(0, parts.Length)
            .Select(less => string.Join('.', parts[..(parts.Length - less)]) + "."), ""];
    }

    public Expression.Name Of(ImmutableArray<Expression.NamePart> parts, bool isAbsolute)
    {
        var candidates = ImmutableArray.CreateBuilder<Expression.Candidate>();
        for (var used = parts.Length; used > 0; used--)
        {
            var name = string.Join('.', parts.Take(used).Select(part => part.Text));
            foreach (var prefix in isAbsolute ? [""] : _prefixes) candidates.Add(new(prefix + name, used));
        }
        return new(parts, isAbsolute, candidates.ToImmutable());
    }

    /// <summary>The name in each container, the innermost first.</summary>
    public IEnumerable<string> Within(string name, bool isAbsolute) =>
        isAbsolute ? [name] : _prefixes.Select(prefix => prefix + name);

    public static Token Checked(Token name) => !Reserved.Contains(name.Text) ? name
        : throw new SyntaxException(name.At, $"`{name.Text}` is a reserved word and cannot be a name.");
}
