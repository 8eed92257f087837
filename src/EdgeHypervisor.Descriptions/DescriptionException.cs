// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A description file is wrong; holds every error that was found in it, in the order of the file.</summary>
public sealed class DescriptionException : Exception
{
    /// <summary>Tells of the errors found.</summary>
    public DescriptionException(IReadOnlyList<DescriptionError> errors, Exception? inner = null)
        : base(string.Join('\n', errors), inner) => Errors = errors;

    /// <summary>At least one.</summary>
    public IReadOnlyList<DescriptionError> Errors { get; }
}
