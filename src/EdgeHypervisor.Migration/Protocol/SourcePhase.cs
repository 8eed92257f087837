// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Where a source is in the life of an attempt.</summary>
public enum SourcePhase : byte
{
    /// <summary>Owns and runs the VM; no attempt is under way.</summary>
    Owning,

    /// <summary>The attempt's number is being journaled. The VM runs.</summary>
    Starting,

    /// <summary>Waits for the destination's yes or no. The VM runs.</summary>
    Offering,

    /// <summary>Sends the VM while it runs.</summary>
    Copying,

    /// <summary>The VM is being stopped and the rest of it sent.</summary>
    Freezing,

    /// <summary>The VM stands still; waits until the destination has all of it durably.</summary>
    Finishing,

    /// <summary>The commit point is being journaled: no way back from here.</summary>
    Relinquishing,

    /// <summary>Must not run the VM; repeats commit (or revoke) until the destination answers.</summary>
    Committing,

    /// <summary>The destination runs it; that is being journaled.</summary>
    Releasing,

    /// <summary>The destination promised never to run it; the return to ownership is being journaled.</summary>
    Reclaiming,

    /// <summary>Not the owner any more. The end of this machine.</summary>
    Gone,
}
