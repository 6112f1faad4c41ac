using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Headway.Server.Tests.Storage;

/// <summary>Fills a record completely and always alike, so that its JSON shows its whole shape.</summary>
internal static class Sample
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 15, 250, TimeSpan.Zero);

    private static readonly Dictionary<Type, Func<string, object>> Simple = new()
    {
        [typeof(string)] = name => name,
        [typeof(int)] = _ => 7,
        [typeof(long)] = _ => 8_000_000_000L,
        [typeof(double)] = _ => 0.25,
        [typeof(bool)] = _ => true,
        [typeof(TimeSpan)] = _ => TimeSpan.FromSeconds(90.5),
        [typeof(DateTimeOffset)] = _ => At,
        [typeof(DateOnly)] = _ => new DateOnly(2026, 3, 1),
        [typeof(byte[])] = _ => new byte[] { 1, 2, 250 },
        [typeof(ImmutableSortedDictionary<string, string>)] =
            name => ImmutableSortedDictionary<string, string>.Empty.Add("KEY", name),
        [typeof(ImmutableDictionary<string, string>)] =
            name => ImmutableDictionary<string, string>.Empty.Add("KEY", name),
        [typeof(ImmutableSortedDictionary<string, int>)] = _ => ImmutableSortedDictionary<string, int>.Empty.Add("KEY", 7),
        [typeof(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>)] = name =>
            ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty
                .Add("KEY", ImmutableSortedDictionary<string, string>.Empty.Add("KEY", name)),
    };

    public static object Of(Type type, string name = "value")
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Simple.TryGetValue(type, out var make)) return make(name);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return List(type, name);
        return Record(Kinds(type)[0], name);
    }

    /// <summary>Every enumeration that a value of the type can hold, however deep.</summary>
    public static IEnumerable<Type> EnumerationsIn(Type type)
    {
        var seen = new HashSet<Type>();
        var open = new Stack<Type>([type]);
        while (open.TryPop(out var next))
        {
            next = Nullable.GetUnderlyingType(next) ?? next;
            if (Simple.ContainsKey(next) || !seen.Add(next)) continue;
            if (next.IsEnum) yield return next;
            else if (next.IsGenericType) open.Push(next.GetGenericArguments()[0]);
            else
                foreach (var kind in Kinds(next))
                    if (kind != next) open.Push(kind);
                    else foreach (var property in next.GetProperties()) open.Push(property.PropertyType);
        }
    }

    /// <summary>One of each kind for closed unions, one of anything else.</summary>
    private static object List(Type type, string name)
    {
        var element = type.GetGenericArguments()[0];
        var values = Kinds(element).Select(kind => kind == element ? Of(element, name) : Record(kind, name)).ToList();
        var array = Array.CreateInstance(element, values.Count);
        ((ICollection)values).CopyTo(array, 0);
        var create = typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == nameof(ImmutableArray.Create)
                && method.GetParameters() is [{ ParameterType.IsArray: true }]);
        return create.MakeGenericMethod(element).Invoke(null, [array])!;
    }

    private static Type[] Kinds(Type type)
    {
        var kinds = type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
            .Select(kind => kind.DerivedType).ToArray();
        return kinds.Length == 0 ? [type] : kinds;
    }

    private static object Record(Type type, string name)
    {
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)
            ?? throw new InvalidOperationException($"{type} ({name}) has no constructor to fill.");
        var parameters = constructor.GetParameters();
        var made = constructor.Invoke([.. parameters.Select(one => Of(one.ParameterType, one.Name!))]);
        foreach (var property in type.GetProperties().Where(one => one.CanWrite && one.SetMethod!.IsPublic))
            if (!parameters.Any(one => string.Equals(one.Name, property.Name, StringComparison.OrdinalIgnoreCase)))
                property.SetValue(made, Of(property.PropertyType, property.Name));
        return made;
    }
}
