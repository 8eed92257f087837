// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What a description file describes: a board, a machine or a virtual machine.</summary>
public interface IDescription
{
    /// <summary>Its name, unique among its kind.</summary>
    string Name { get; }

    /// <summary>Where it stands.</summary>
    SourceLocation Where { get; }
}
