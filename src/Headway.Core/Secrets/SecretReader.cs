using System.Text.Json.Serialization;
using Headway.Core.Pipelines;

namespace Headway.Core.Secrets;

/// <summary>What is given a secret. People never are.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Job), "job")]
[JsonDerivedType(typeof(Run), "run")]
public abstract record SecretReader(string Service)
{
    private SecretReader() : this("") { }

    /// <param name="Id">`run/job`.</param>
    /// <param name="On">Name of the runner.</param>
    public sealed record Job(string Service, string Id, int Attempt, string On, TriggerKind Trigger, bool FromFork)
        : SecretReader(Service)
    {
        /// <summary>The commit is not on the branch that is released: pushed beside it, or asked for by a person.</summary>
        public bool OffBranch { get; init; }
    }

    /// <summary>An instance or a check of a release in an environment.</summary>
    /// <param name="Id">Of the instance or the task.</param>
    /// <param name="On">Name of the node.</param>
    public sealed record Run(string Service, string Environment, string Release, string Id, string On)
        : SecretReader(Service);

    [JsonIgnore]
    public string Says => this switch
    {
        Job job => $"job {job.Id} (attempt {job.Attempt}) on runner {job.On}",
        Run run => $"{run.Id} of {run.Release} in {run.Service}/{run.Environment} on node {run.On}",
        _ => Service,
    };
}
