package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.VmRecord;
import fcvm.machine.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The running VMs, wherever they run. A machine is asked if it is up; it is not started for that.
final class Vms {
  private Vms() {}

  /// A VM and where it runs.
  ///
  /// @param machine the emulated machine, empty for this computer itself
  record Located(VmRecord vm, Optional<Machine> machine) {}

  /// Where a VM is, and so a command about it runs.
  sealed interface Place {}

  /// On this computer itself.
  record Here(VmRecord vm) implements Place {
    /// The VM, if it runs.
    VmRecord running() throws ContainerException {
      return checkRunning(vm);
    }
  }

  /// In an emulated machine.
  ///
  /// @param vm what the VM is called there, raw
  record There(Machine machine, String vm) implements Place {}

  /// Where the VM is that a name, an id or the beginning of an id means.
  ///
  /// A machine is not asked where the VM can be nowhere else: the command there finds out, and
  /// another one before it would take as long again, which is seconds.
  ///
  /// @throws ContainerException if it is looked for, and there is none, or more than one
  static Place place(Invocation invocation, String nameOrId)
      throws IOException, ContainerException {
    List<Machine> machines = new Machines(invocation).running();
    if (machines.size() == 1 && here(invocation, true).isEmpty()) {
      return new There(machines.getFirst(), Raw.of(nameOrId));
    }
    Located found = find(invocation, nameOrId);
    return found.machine().isPresent()
        ? new There(found.machine().get(), found.vm().id())
        : new Here(found.vm());
  }

  /// All that run, those of this computer itself first.
  static List<Located> all(Invocation invocation) throws IOException {
    return all(invocation, false);
  }

  /// The same, with those that have exited if they are wanted.
  static List<Located> all(Invocation invocation, boolean exited) throws IOException {
    List<Located> all = new ArrayList<>();
    here(invocation, exited).forEach(vm -> all.add(new Located(vm, Optional.empty())));
    for (Machine machine : new Machines(invocation).running()) {
      List<String> list = exited ? List.of("ls", "--json", "--all") : List.of("ls", "--json");
      String json = Machines.output(machine, Forward.fcvm(invocation, list));
      parse(json).forEach(vm -> all.add(new Located(vm, Optional.of(machine))));
    }
    return all;
  }

  private static List<VmRecord> here(Invocation invocation, boolean exited) throws IOException {
    if (invocation.globals().machine().isPresent() && !Placement.isForcedLocal(invocation)) {
      return List.of();
    }
    return exited ? invocation.store().all() : invocation.store().list();
  }

  private static List<VmRecord> parse(String text) throws IOException {
    List<VmRecord> records = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("the machine answered something else than a list");
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        records.add(VmRecord.read(json));
      }
      return records;
    } catch (JacksonException e) {
      throw new IOException("the machine's list is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// The one VM that a name, an id or the beginning of an id means.
  ///
  /// @throws ContainerException if there is none, or more than one
  static Located find(Invocation invocation, String nameOrId)
      throws IOException, ContainerException {
    return one(all(invocation, true), nameOrId);
  }

  /// As [#find], of these.
  static Located one(List<Located> vms, String nameOrId) throws ContainerException {
    List<Located> found = vms.stream().filter(vm -> vm.vm().name().equals(nameOrId)).toList();
    if (found.isEmpty() && !nameOrId.isEmpty()) {
      found = vms.stream().filter(vm -> vm.vm().id().startsWith(nameOrId)).toList();
    }
    if (found.isEmpty()) {
      throw new ContainerException(
          "no VM with name or id \"" + nameOrId + "\": fcvm ps --all shows those there are");
    }
    if (found.size() > 1) {
      throw new ContainerException(
          "\"" + nameOrId + "\" means more than one VM: " + String.join(", ", ids(found)));
    }
    return found.getFirst();
  }

  private static List<String> ids(List<Located> vms) {
    return vms.stream().map(vm -> vm.vm().id() + " (" + vm.vm().name() + ")").toList();
  }

  /// As [#find], of those that run.
  static Located findRunning(Invocation invocation, String nameOrId)
      throws IOException, ContainerException {
    Located located = find(invocation, nameOrId);
    checkRunning(located.vm());
    return located;
  }

  private static VmRecord checkRunning(VmRecord vm) throws ContainerException {
    if (!vm.isLiving()) {
      throw new ContainerException(
          "VM " + vm.name() + " has exited: start it with: fcvm start " + vm.name());
    }
    return vm;
  }
}
