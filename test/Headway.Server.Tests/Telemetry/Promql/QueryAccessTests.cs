using Headway.Server.Access;
using Xunit;

namespace Headway.Server.Tests.Telemetry.Promql;

public sealed class QueryAccessTests
{
    [Theory]
    [InlineData("GET", "/prometheus/api/v1/query", Scope.Read)]
    [InlineData("POST", "/prometheus/api/v1/query", Scope.Read)]
    [InlineData("POST", "/prometheus/api/v1/query_range", Scope.Read)]
    [InlineData("POST", "/prometheus/api/v1/series", Scope.Read)]
    [InlineData("POST", "/prometheus/api/v1/labels", Scope.Read)]
    [InlineData("POST", "/prometheus/api/v1/query/other", Scope.Deploy)]
    [InlineData("POST", "/prometheus/api/v1/admin/tsdb/delete_series", Scope.Deploy)]
    [InlineData("DELETE", "/prometheus/api/v1/query", Scope.Deploy)]
    [InlineData("GET", "/metrics", Scope.Read)]
    public void Asking_needs_only_the_scope_read(string method, string path, Scope needed) =>
        Assert.Equal(needed, AccessRules.Needed(method, path));
}
