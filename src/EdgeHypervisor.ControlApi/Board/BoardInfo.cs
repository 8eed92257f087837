// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>This board: <c>GET /v1/board</c>.</summary>
/// <param name="Name">Its name in the fleet.</param>
/// <param name="Model">The name of its description.</param>
/// <param name="Peripherals">Everything on it, by role.</param>
/// <param name="Machines">The machine descriptions it has.</param>
/// <param name="Header">Its pins, in the order of their numbers; null where the description has none.</param>
/// <param name="HeaderColumns">Pins side by side.</param>
/// <param name="Architecture">The host's: <c>x64</c>, <c>arm64</c>.</param>
/// <param name="Processors">Processors of the host.</param>
/// <param name="MemoryBytes">Memory of the host that the service may use.</param>
public sealed record BoardInfo(
    string Name,
    string Model,
    IReadOnlyList<PeripheralInfo> Peripherals,
    IReadOnlyList<string> Machines,
    int HeaderColumns,
    string Architecture,
    int Processors,
    long MemoryBytes,
    IReadOnlyList<HeaderPin>? Header = null);
