package fcvm.provision;

import fcvm.linux.Arch;
import java.util.Locale;

/// Runs the whole setup for the architectures named, with the time of each step: not a test,
/// because it downloads hundreds of megabytes.
final class SetupMain {
  private SetupMain() {}

  public static void main(String[] args) throws Exception {
    Dirs dirs = Dirs.ofProcess();
    for (String arch : args) {
      long start = System.nanoTime();
      Provision provision = new Provision(dirs, SetupMain::begin);
      var sizes = new Setup(provision).run(Arch.of(arch));
      if (System.getProperty(Provision.HOME) != null) {
        System.out.println(provision.distribution(Arch.of(arch)));
      }
      System.out.printf(Locale.ROOT, "%s: %.1f s %s%n", arch, seconds(start), sizes);
    }
  }

  private static Progress.Step begin(String what) {
    long start = System.nanoTime();
    return () -> System.out.printf(Locale.ROOT, "%6.2f s %s%n", seconds(start), what);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
