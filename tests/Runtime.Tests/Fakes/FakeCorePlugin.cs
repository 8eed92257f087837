// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A core plugin from a lambda.</summary>
internal sealed class FakeCorePlugin(Func<ICoreContext, ICore> create) : ICorePlugin
{
    public ICore Create(ICoreContext context) => create(context);
}
