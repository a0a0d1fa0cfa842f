package fcvm.container;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of guest memory as people write it: `512`, `512m`, `2g`, `2GiB`; MiB without a unit.
public final class MemorySize {
  /// The least in which kernel, agent and Podman run.
  public static final int MINIMUM_MIB = 256;

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:([mMgGtT])(?:i?[bB])?)?");

  private MemorySize() {}

  /// The amount in MiB.
  ///
  /// @throws ContainerException if it is no amount, too small, or beyond what there can be
  public static int parseMib(String text) throws ContainerException {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new ContainerException(
          "--mem: '" + text + "' is no amount of memory: write MiB, or a unit as in 512m or 2g");
    }
    String unit = form.group(2) == null ? "m" : form.group(2);
    int shift =
        switch (unit) {
          case "g", "G" -> 10;
          case "t", "T" -> 20;
          default -> 0;
        };
    long mib = Long.parseLong(form.group(1)) << shift;
    if (mib < MINIMUM_MIB) {
      throw new ContainerException(
          "--mem: a memory of " + text + " is too little: the minimum is " + MINIMUM_MIB + " MiB");
    }
    if (mib > Integer.MAX_VALUE) {
      throw new ContainerException("--mem: a memory of " + text + " is more than a VM can have");
    }
    return (int) mib;
  }
}
