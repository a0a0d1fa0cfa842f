package fcvm.agent.protocol;

import java.util.ArrayList;
import java.util.List;

/// A file system of the host that the guest's system mounts before the container starts.
///
/// @param tag of its virtio-fs device
/// @param directory where, absolute; made if need be
/// @param isReadOnly whether it is mounted read-only; the host refuses changes in any case
public record SharedDirectory(String tag, String directory, boolean isReadOnly) {
  /// Many more than a guest can have devices.
  private static final int MAX_COUNT = 64;

  public SharedDirectory {
    Strings.checkNoNul(tag, "a tag");
    Strings.checkNoNul(directory, "a directory");
    if (!directory.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + directory);
    }
  }

  static void write(List<SharedDirectory> all, FieldWriter out) {
    out.number(all.size());
    for (SharedDirectory one : all) {
      out.text(one.tag).text(one.directory).flag(one.isReadOnly);
    }
  }

  static List<SharedDirectory> read(FieldReader in) throws ProtocolException {
    int count = in.number();
    if (count < 0 || count > MAX_COUNT) {
      throw new IllegalArgumentException(count + " shared directories");
    }
    List<SharedDirectory> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new SharedDirectory(in.text(), in.text(), in.flag()));
    }
    return all;
  }
}
