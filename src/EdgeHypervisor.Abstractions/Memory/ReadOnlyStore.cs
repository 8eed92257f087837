// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A guest's store to read-only memory. What becomes of it is the handler's business; false is a bus error.</summary>
/// <param name="address">The guest address, aligned to the width.</param>
/// <param name="width">How wide.</param>
/// <param name="value">The value; bits above the width are zero.</param>
public delegate bool ReadOnlyStore(ulong address, AccessWidth width, ulong value);
