// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation.Tests;

public sealed class BoxedEmitterTests
{
    /// <summary>One that did not would be answered by the interface, and the core's own answer be lost without a sign.</summary>
    [Fact]
    public void Every_question_to_an_emitter_reaches_the_core()
    {
        var answers = typeof(BoxedEmitter<ToyInstruction>).GetInterfaceMap(typeof(IInstructionEmitter<Boxed<ToyInstruction>>)).TargetMethods;
        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.Equal(typeof(BoxedEmitter<ToyInstruction>), answer.DeclaringType));
    }
}
