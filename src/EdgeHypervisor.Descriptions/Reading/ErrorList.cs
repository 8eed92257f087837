// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>Collects the errors of one file, so that its author sees them all at once.</summary>
internal sealed class ErrorList
{
    private List<DescriptionError>? _errors; // null while there are none
    private bool _isCut;

    public bool IsEmpty => _errors is null;

    public void Add(SourceLocation where, string field, string problem)
    {
        _errors ??= [];
        if (_errors.Count < DescriptionLimits.Errors) _errors.Add(new DescriptionError(where, field, problem));
        else _isCut = true;
    }

    public void ThrowIfAny()
    {
        if (_errors is not null) throw Exception(_errors);
    }

    private DescriptionException Exception(List<DescriptionError> errors)
    {
        var sorted = errors.OrderBy(e => e.Where.Line).ThenBy(e => e.Where.Column).ToList();
        if (_isCut) sorted.Add(new DescriptionError(sorted[^1].Where, "", $"and more; only the first {DescriptionLimits.Errors} are shown"));
        return new DescriptionException(sorted);
    }
}
