// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A journal that can't be read or written. The message names the file and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
