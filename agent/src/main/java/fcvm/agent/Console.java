package fcvm.agent;

import java.io.PrintStream;

/// Lines for whoever looks at the guest's console. Never an environment, never a plan.
///
/// @param out the console
/// @param debug whether the kernel's command line asks for what happens, not only for what fails
record Console(PrintStream out, boolean debug) {
  void debug(String line) {
    if (debug) {
      error(line);
    }
  }

  void error(String line) {
    out.println("fcvm-agent: " + line);
  }
}
