// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A port that a borrower wants; items name it by its place in the list.</summary>
internal sealed record AskedPort(PortName Port, PortKind Kind);
