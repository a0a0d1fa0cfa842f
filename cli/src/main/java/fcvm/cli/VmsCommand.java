package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.VmRecord;
import fcvm.linux.IoReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A command that does the same with each of the VMs that it is given, where they are: here, or by
/// the same command in their emulated machine.
abstract class VmsCommand implements Command {
  static final String ALL = "--all";

  private final String name;

  VmsCommand(String name) {
    this.name = name;
  }

  /// Describes the arguments, after the options.
  static void describeNames(CommandSpec spec, String help) {
    spec.addOption(Option.flag(help, "-a", ALL))
        .addPositional(Option.trailing(0, "0..*", "VM", "Names of VMs, or how their ids begin."));
  }

  /// What is done with one of this computer.
  ///
  /// @return the exit code
  abstract int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception;

  /// What `--all` means.
  boolean isMeantByAll(VmRecord vm, ParseResult parsed) {
    return vm.isLiving();
  }

  /// Checks options before anything is done.
  void check(ParseResult parsed) throws UsageException {}

  /// One that fails does not keep the others from their turn.
  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    check(parsed);
    int code = 0;
    for (String text : names(parsed, invocation)) {
      try {
        code = Math.max(code, one(text, parsed, invocation));
      } catch (ContainerException e) {
        invocation.streams().say("Error: " + e.getMessage());
        code = Math.max(code, e.exitCode());
      } catch (IOException e) {
        invocation.streams().say("Error: " + text + ": " + IoReason.of(e));
        code = ContainerException.OURS;
      }
    }
    return code;
  }

  private List<String> names(ParseResult parsed, Invocation invocation) throws Exception {
    List<String> names = Option.get(parsed, 0, List.<String>of()).stream().map(Raw::text).toList();
    boolean all = parsed.hasMatchedOption(ALL) && Option.get(parsed, ALL, false);
    if (all && !names.isEmpty()) {
      throw new UsageException("--all and names of VMs exclude each other");
    }
    if (all) {
      return Vms.all(invocation, true).stream()
          .map(Vms.Located::vm)
          .filter(vm -> isMeantByAll(vm, parsed))
          .map(VmRecord::id)
          .toList();
    }
    if (names.isEmpty()) {
      throw new UsageException("which VM? Give its name, or --all");
    }
    return names;
  }

  private int one(String text, ParseResult parsed, Invocation invocation) throws Exception {
    return switch (Vms.place(invocation, text)) {
      case Vms.Here(VmRecord vm) -> local(vm, parsed, invocation);
      case Vms.There there -> {
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(Arguments.options(parsed, Set.of(ALL)));
        command.addAll(List.of("--", there.vm()));
        yield new Forward(invocation, false, false)
            .run(there::machine, Forward.fcvm(invocation, command));
      }
    };
  }
}
