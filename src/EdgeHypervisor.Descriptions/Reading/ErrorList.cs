// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>Collects the errors of one file, so that its author sees them all at once.</summary>
internal sealed class ErrorList
{
    private readonly List<DescriptionError> _errors = [];
    private bool _isCut;

    public bool IsEmpty => _errors.Count == 0;

    public void Add(SourceLocation where, string field, string problem)
    {
        if (_errors.Count < DescriptionLimits.Errors) _errors.Add(new DescriptionError(where, field, problem));
        else _isCut = true;
    }

    public void ThrowIfAny()
    {
        if (IsEmpty) return;
        var sorted = _errors.OrderBy(e => e.Where.Line).ThenBy(e => e.Where.Column).ToList();
        if (_isCut) sorted.Add(new DescriptionError(sorted[^1].Where, "", $"and more; only the first {DescriptionLimits.Errors} are shown"));
        throw new DescriptionException(sorted);
    }
}
