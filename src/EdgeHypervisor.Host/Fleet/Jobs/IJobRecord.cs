// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization.Metadata;

namespace EdgeHypervisor.Host;

/// <summary>What is remembered of a job across restarts.</summary>
internal interface IJobRecord<TSelf>
    where TSelf : IJobRecord<TSelf>
{
    /// <summary>The newest version of the fields.</summary>
    static abstract int NewestVersion { get; }

    /// <summary>How it is written. To be asked for where something is read or written: it takes tens of milliseconds to make.</summary>
    static abstract JsonTypeInfo<TSelf> Format { get; }

    /// <summary>The version of these fields.</summary>
    int Version { get; }

    /// <summary>The job's id, which is the file's name.</summary>
    string Id { get; }

    /// <summary>Whether the job is over.</summary>
    bool IsFinished { get; }
}
