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

  /// All, those of this computer itself first.
  static List<Located> all(Invocation invocation) throws IOException {
    List<Located> all = new ArrayList<>();
    if (invocation.globals().machine().isEmpty() || Placement.isForcedLocal(invocation)) {
      invocation.store().list().forEach(vm -> all.add(new Located(vm, Optional.empty())));
    }
    for (Machine machine : new Machines(invocation).running()) {
      String json = Machines.output(machine, Forward.fcvm(invocation, List.of("ls", "--json")));
      parse(json).forEach(vm -> all.add(new Located(vm, Optional.of(machine))));
    }
    return all;
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

  /// The VM of this computer itself that a name or the beginning of an id means.
  static Optional<VmRecord> local(Invocation invocation, String nameOrId)
      throws IOException, ContainerException {
    if (invocation.globals().machine().isPresent() && !Placement.isForcedLocal(invocation)) {
      return Optional.empty();
    }
    List<VmRecord> found = invocation.store().find(nameOrId);
    if (found.size() > 1) {
      throw new ContainerException("more than one id begins with \"" + nameOrId + "\"");
    }
    return found.stream().findFirst();
  }

  /// The machine in which a VM runs.
  static Optional<Machine> machineOf(Invocation invocation, String nameOrId) throws IOException {
    for (Located located : all(invocation)) {
      VmRecord vm = located.vm();
      if (located.machine().isPresent()
          && (vm.name().equals(nameOrId) || vm.id().startsWith(nameOrId))) {
        return located.machine();
      }
    }
    return Optional.empty();
  }
}
