package fcvm.vmm;

import static java.nio.charset.StandardCharsets.UTF_8;

import fcvm.fuse.FuseOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The section `filesystems` of the configuration file: directories and files of the host.
final class FileSystemSections {
  private static final int MAX_TIMEOUT_MILLIS = 86_400_000;

  private FileSystemSections() {}

  static List<DeviceSpec.FileSystem> read(List<ConfigSection> sections) throws ConfigException {
    List<DeviceSpec.FileSystem> fileSystems = new ArrayList<>();
    Set<String> tags = new HashSet<>();
    for (ConfigSection section : sections) {
      DeviceSpec.FileSystem fileSystem = fileSystem(section);
      if (!tags.add(fileSystem.tag())) {
        throw section.invalid("tag", "'" + fileSystem.tag() + "' is another file system's");
      }
      fileSystems.add(fileSystem);
    }
    return fileSystems;
  }

  private static DeviceSpec.FileSystem fileSystem(ConfigSection section) throws ConfigException {
    String tag = section.string("tag");
    int size = tag.getBytes(UTF_8).length;
    if (size == 0 || size > DeviceSpec.FileSystem.MAX_TAG_SIZE) {
      throw section.invalid(
          "tag", "must have 1 to " + DeviceSpec.FileSystem.MAX_TAG_SIZE + " bytes, not " + size);
    }
    String path = section.string("path_on_host");
    FuseOptions options =
        new FuseOptions(
            section.bool("is_read_only", false),
            timeout(section, "attribute_timeout_ms"),
            timeout(section, "entry_timeout_ms"),
            section.bool("writeback_cache", false));
    section.end();
    return new DeviceSpec.FileSystem(
        tag, VmConfigFile.path(section, "path_on_host", path), options);
  }

  private static Duration timeout(ConfigSection section, String key) throws ConfigException {
    return section.has(key)
        ? Duration.ofMillis(section.number(key, 0, MAX_TIMEOUT_MILLIS))
        : FuseOptions.DEFAULT_TIMEOUT;
  }
}
