package fcvm.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm rename`.
final class RenameCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm rename VM NAME");
    spec.addPositional(Option.argument(0, "VM", "Name of the VM, or how its id begins."))
        .addPositional(Option.argument(1, "NAME", "Its new name."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String vm = Raw.text(Option.get(parsed, 0, ""));
    Optional<Vms.Elsewhere> elsewhere = Vms.elsewhere(invocation, vm);
    String name = Raw.text(Option.get(parsed, 1, ""));
    if (elsewhere.isPresent()) {
      return new Forward(invocation, false, false)
          .run(
              elsewhere.get()::machine,
              Forward.fcvm(
                  invocation, List.of("rename", "--", elsewhere.get().vm(), Raw.of(name))));
    }
    invocation.store().rename(Vms.find(invocation, vm).vm().id(), name);
    return 0;
  }
}
