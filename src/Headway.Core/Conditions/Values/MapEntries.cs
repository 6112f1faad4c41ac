using System.Collections.Immutable;

namespace Headway.Core.Conditions.Values;

/// <summary>The entries of a map in the order in which they were written. Never changes once built.</summary>
public sealed class MapEntries
{
    public static readonly MapEntries None = new Builder().Build();

    private readonly Dictionary<MapKey, int> _places;

    private MapEntries(
        ImmutableArray<ConditionValue> keys, ImmutableArray<ConditionValue> values, Dictionary<MapKey, int> places) =>
        (Keys, Values, _places) = (keys, values, places);

    public ImmutableArray<ConditionValue> Keys { get; }

    public ImmutableArray<ConditionValue> Values { get; }

    public int Count => Keys.Length;

    /// <summary>The value under the key, or null.</summary>
    public ConditionValue? Find(ConditionValue key) =>
        MapKey.Of(key) is { } found && _places.TryGetValue(found, out var place) ? Values[place] : null;

    public sealed class Builder
    {
        private readonly List<ConditionValue> _keys = [];
        private readonly List<ConditionValue> _values = [];
        private readonly Dictionary<MapKey, int> _places = [];

        /// <summary>False when the key is there already or is not of a type that keys may have.</summary>
        public bool TryAdd(ConditionValue key, ConditionValue value)
        {
            if (!MapKey.CanBe(key) || !_places.TryAdd(MapKey.Of(key)!.Value, _keys.Count)) return false;
            _keys.Add(key);
            _values.Add(value);
            return true;
        }

        /// <summary>For callers in C#.</summary>
        public Builder Add(string key, ConditionValue value) => TryAdd(new ConditionValue.Text(key), value)
            ? this : throw new ArgumentException($"The key {key} is there twice.", nameof(key));

        public MapEntries Build() => new([.. _keys], [.. _values], new(_places));
    }
}
