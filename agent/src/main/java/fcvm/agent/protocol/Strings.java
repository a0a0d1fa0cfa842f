package fcvm.agent.protocol;

import java.util.List;

/// What a C string cannot hold is refused where a request is made, not where it fails to run.
final class Strings {
  private Strings() {}

  static void checkCommand(List<byte[]> argv, List<byte[]> environment) {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("no command");
    }
    checkNoNul(argv, "an argument");
    checkNoNul(environment, "an environment entry");
  }

  static void checkNoNul(List<byte[]> values, String what) {
    for (byte[] value : values) {
      checkNoNul(value, what);
    }
  }

  static void checkNoNul(byte[] value, String what) {
    for (byte b : value) {
      if (b == 0) {
        throw new IllegalArgumentException(what + " has a NUL byte");
      }
    }
  }

  static void checkNoNul(String value, String what) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(what + " has a NUL character");
    }
  }
}
