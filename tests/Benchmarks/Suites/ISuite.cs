// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>A group of figures that are measured together.</summary>
internal interface ISuite
{
    /// <summary>Its name, with which the names of its figures begin.</summary>
    string Name { get; }

    /// <summary>Measures; each figure is given as soon as it is there.</summary>
    IEnumerable<Figure> Measure(Session session);
}
