using System.Collections.Immutable;

namespace Headway.Server.Sources.Hosts;

/// <summary>
/// What is asked of and told to the host of a repository. Everything throws <see cref="HostSilentException"/> when the
/// host does not answer, or not as it should.
/// </summary>
public interface IRepositoryHost
{
    /// <summary>Null when there is no such merge request.</summary>
    Task<RequestSeen?> RequestAsync(int number, CancellationToken stop);

    Task<bool> IsProtectedAsync(string branch, CancellationToken stop);

    /// <summary>Merge requests, merged into the branch, by which a commit came there.</summary>
    Task<ImmutableArray<ReviewedRequest>> BroughtByAsync(string commit, string branch, CancellationToken stop);

    Task ReportAsync(CommitReport report, CancellationToken stop);

    /// <summary>Writes under a merge request, or over what was written before; returns the id of it.</summary>
    /// <param name="marker">With which the comment begins: one that is there already is taken, whatever was forgotten.</param>
    Task<string> CommentAsync(int number, string? id, string marker, string body, CancellationToken stop);
}

/// <param name="Branch">Into which it is to be merged.</param>
public sealed record RequestSeen(int Number, bool Open, string Branch, string Head, string Author, bool FromFork);

/// <param name="Approvers">Without the author, each once, and only of what was merged.</param>
public sealed record ReviewedRequest(int Number, ImmutableArray<string> Approvers);

public enum ReportState { Pending, Succeeded, Failed, Stopped }

/// <param name="Context">Tells reports about one commit apart: `headway/shop`, `headway/shop/production`.</param>
/// <param name="Link">Null when the server does not know its own address.</param>
public sealed record CommitReport(string Commit, string Context, ReportState State, string Says, string? Link);

/// <summary>The host of a repository did not say what was asked; the message is for people.</summary>
/// <param name="says">A sentence without a full stop.</param>
/// <param name="status">Of its answer; 0 without one.</param>
public sealed class HostSilentException(string says, int status) : Exception(says)
{
    public int Status { get; } = status;
}
