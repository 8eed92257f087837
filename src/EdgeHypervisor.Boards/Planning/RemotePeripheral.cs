// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>A peripheral of another board, as far as a plan knows it.</summary>
/// <param name="Board">The board that has it.</param>
/// <param name="Detail">What it is there, for people.</param>
/// <param name="Latency">How far away that is, for people; empty where it was not measured.</param>
public sealed record RemotePeripheral(string Board, string Detail, string Latency);
