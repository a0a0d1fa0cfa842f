package fcvm.bench;

import fcvm.agent.bench.Place;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A file system that is measured: a column of the table.
public enum Subject {
  /// The guest's own disk: ext4 on our monitor's virtio-blk.
  DISK(Runner.MONITOR, Place.DISK),
  /// A directory of the host, by our monitor's virtio-fs, mounted as a volume is.
  VIRTIOFS(Runner.MONITOR, Place.VOLUME),
  /// The same by virtiofsd, in a guest of QEMU's, mounted as its users do.
  VIRTIOFSD(Runner.PEER, Place.VIRTIOFS);

  /// What runs the guest.
  enum Runner {
    MONITOR("fcvm's monitor"),
    PEER("QEMU with virtiofsd");

    private final String title;

    Runner(String title) {
      this.title = title;
    }

    /// Its name for people.
    String title() {
      return title;
    }
  }

  private final Runner runner;
  private final Place place;

  Subject(Runner runner, Place place) {
    this.runner = runner;
    this.place = place;
  }

  /// Those that a guest measures.
  static List<Subject> of(Runner runner) {
    return Arrays.stream(values()).filter(subject -> subject.runner == runner).toList();
  }

  /// Where the guest finds it.
  Place place() {
    return place;
  }

  /// Its name in JSON.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
