package fcvm.agent;

import fcvm.agent.bench.Bench;
import fcvm.agent.bench.Fixture;
import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.Place;
import fcvm.agent.bench.Row;
import fcvm.linux.Mount;
import fcvm.linux.Reboot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A guest that measures file systems, says what came out on its console, and goes.
///
/// The kernel's command line says where, `fcvm.bench=disk,volume` or other [Place]s, and what:
/// `fcvm.bench.rows=ROW,ROW`, `fcvm.bench.warmup=SECONDS` and `fcvm.bench.rounds=N`. The directory
/// of the host has the tag `bench`, and a [Fixture] in it.
final class BenchRole {
  private static final String TAG = "bench";
  private static final long ROUND_NANOS = 1_000_000_000;
  private static final Path DISK = Path.of("/run/fcvm/disk/bench");
  private static final Path MOUNTED = Path.of("/run/bench");
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  /// Pages, directory entries and inodes.
  private static final String EVERYTHING = "3";

  /// Returns when everything was measured.
  void run(KernelCommandLine words) throws IOException, InterruptedException {
    System.out.println(Measurement.kernelLine(System.getProperty("os.version")));
    Map<Place, Fixture> places = new EnumMap<>(Place.class);
    for (String key : value(words, "fcvm.bench").split(",", -1)) {
      Place place = Place.of(key).orElseThrow(() -> new IOException("no place to measure: " + key));
      places.put(place, fixture(place));
    }
    List<Row> rows = new ArrayList<>();
    for (String key : value(words, "fcvm.bench.rows").split(",", -1)) {
      rows.add(Row.of(key).orElseThrow(() -> new IOException("nothing to measure: " + key)));
    }
    long warmUp = TimeUnit.SECONDS.toNanos(number(words, "fcvm.bench.warmup"));
    int rounds = number(words, "fcvm.bench.rounds");
    new Bench(places, rows, rounds, warmUp, ROUND_NANOS, BenchRole::dropCaches, System.out::println)
        .run();
  }

  private static int number(KernelCommandLine words, String name) throws IOException {
    return Integer.parseInt(value(words, name));
  }

  private static String value(KernelCommandLine words, String name) throws IOException {
    String value = words.find(name);
    if (value == null) {
      throw new IOException("the kernel's command line has no " + name);
    }
    return value;
  }

  private static Fixture fixture(Place place) throws IOException {
    return switch (place) {
      case DISK -> {
        Fixture own = new Fixture(Files.createDirectory(DISK));
        own.make();
        yield own;
      }
      case VOLUME -> {
        Fixture shared = mounted();
        ReadAhead.raise(MOUNTED);
        yield shared;
      }
      case VIRTIOFS -> mounted();
    };
  }

  private static Fixture mounted() throws IOException {
    Files.createDirectory(MOUNTED);
    int flags = Mount.MS_NOSUID | Mount.MS_NODEV;
    Mount.mount(TAG, MOUNTED.toString(), "virtiofs", flags, "");
    return new Fixture(MOUNTED);
  }

  private static void dropCaches() throws IOException {
    Reboot.sync();
    Files.writeString(DROP_CACHES, EVERYTHING);
  }
}
