using System.Reflection;
using Headway.Server.Storage;

namespace Headway.Server.Tests.Secrets;

/// <summary>A store whose disk takes its time to write rows.</summary>
public class SlowRows : DispatchProxy
{
    private IEventStore _store = null!;
    private Task _go = null!;

    public static IEventStore Over(IEventStore store, out TaskCompletionSource go)
    {
        var proxy = Create<IEventStore, SlowRows>();
        go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ((SlowRows)(object)proxy)._store = store;
        ((SlowRows)(object)proxy)._go = go.Task;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IEventStore.WriteRowAsync) ? WriteAsync(targetMethod, args) : targetMethod.Invoke(_store, args);

    private async Task WriteAsync(MethodInfo write, object?[]? args)
    {
        await _go;
        await (Task)write.Invoke(_store, args)!;
    }
}
