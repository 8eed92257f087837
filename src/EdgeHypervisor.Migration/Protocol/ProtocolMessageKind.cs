// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What a message of the protocol says. S is the source, D the destination. The numbers are on the wire.</summary>
public enum ProtocolMessageKind : byte
{
    /// <summary>S → D: can you take this VM? Reserve, and answer <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
    Prepare = 1,

    /// <summary>D → S: checked and reserved; send.</summary>
    Accepted = 2,

    /// <summary>D → S: no, or no longer; with the reason. Nothing is held for this attempt.</summary>
    Refused = 3,

    /// <summary>S → D: the VM is frozen, everything has been sent, and this is the digest of all of it.</summary>
    Finish = 4,

    /// <summary>D → S: everything is here, verified and durable; I wait for your word.</summary>
    Prepared = 5,

    /// <summary>S → D: journaled as relinquished; it is yours.</summary>
    Commit = 6,

    /// <summary>D → S: journaled as mine, and running.</summary>
    Done = 7,

    /// <summary>S → D: this attempt is over and was not committed; discard.</summary>
    Abort = 8,

    /// <summary>D → S: I hold it prepared and don't know how it went: <see cref="Commit"/> or <see cref="Abort"/>?</summary>
    Enquire = 9,

    /// <summary>S → D: I want it back: answer <see cref="Done"/>, or promise never to run it: <see cref="Revoked"/>.</summary>
    Revoke = 10,

    /// <summary>D → S: journaled that this attempt will never run here.</summary>
    Revoked = 11,
}
