package fcvm.cli;

import fcvm.container.Supervisor;
import fcvm.container.VmRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a process in the background says to the command that started it, once, on its standard
/// output: `started ID`, or `failed CODE` and a message until the end. [Detached] reads it.
record ToParent(Streams streams) implements Supervisor.Report {
  static final String STARTED = "started";
  static final String FAILED = "failed";

  @Override
  public void started(VmRecord vm) {
    started(vm.id());
  }

  void started(String id) {
    say(STARTED + " " + id + "\n");
  }

  // A failure's message ends with this process.
  @Override
  public void failed(int code, String message) {
    say(FAILED + " " + code + "\n" + message);
  }

  private void say(String text) {
    try {
      streams.out().write(text.getBytes(StandardCharsets.UTF_8));
      streams.out().flush();
    } catch (IOException e) {
      return; // whoever started us was killed; the VM lives on, and ls shows it
    }
  }
}
