# Content: sizes, holes, space, mappings, what is unlinked and still open, positions in directories, locks.
sub holes { my ($h) = @_; my ($at, @found) = (0); for (1 .. 20) { my $d = call('lseek', fileno $h, $at, 3); last if $d < 0; my $e = call('lseek', fileno $h, $d, 4); push @found, "$d-$e"; $at = $e } join ' ', @found, 'b' . (stat $h)[12] }
sub open_ { my ($p, $f) = @_; sysopen(my $h, $p, $f // O_RDWR | O_CREAT) or die "open $p: $!"; $h }
sub put { my ($h, $at, $what) = @_; sysseek $h, $at, SEEK_SET; outcome(defined syswrite $h, $what) }
sub got { my ($h, $at, $size) = @_; sysseek $h, $at, SEEK_SET; my $b = ''; my $r = sysread $h, $b, $size; defined $r ? unpack('H*', $b) : 'errno ' . ($! + 0) }

# Sizes.
for my $type (@types, 'none') {
  make($type, 'x') if $type ne 'none'; symlink 'x', 'via';
  for my $size (0, 1, 4096, 123456, -1) { result("truncate $type $size", truncate 'x', $size); result('through a link', truncate 'via', $size); show('x') }
  wipe('x', 'via', 'target');
}
my $h = open_('x');
for my $size (1 << 40, 1 << 44, (1 << 44) + 1, 1 << 60, ~0 >> 1, -5) { result("ftruncate $size", ok(call('ftruncate', fileno $h, $size))); say_(-s $h) if $size < 1 << 44; truncate $h, 0 }
say_('far', put($h, 5 << 30, 'end'), -s $h, got($h, (5 << 30) - 2, 10), got($h, 1 << 30, 4)); truncate $h, 0;
say_('too far', map { outcome(ok(call('pwrite', fileno $h, 'xyz', 3, $_))) } 1 << 44, (~0 >> 1) - 1, -1); say_('at a negative place', outcome(ok(call('pread', fileno $h, "\0" x 8, 8, -1))));
result('read-only', truncate open_('x', O_RDONLY), 5); my $w = open_('x', O_WRONLY); say_('write-only', got($w, 0, 5)); say_('read-only', put(open_('x', O_RDONLY), 0, 'x'));
put($h, 0, 'a' x 10000); truncate $h, 5; truncate $h, 20; say_('grown', got($h, 0, 100)); my $ap = open_('x', O_WRONLY | O_APPEND); say_('append', put($ap, 0, 'Z'), -s $h, got($h, 18, 5));
result('chmod 0', chmod 0, 'x'); as(1001, '1001', sub { result('open 0', sysopen $fh, 'x', O_RDONLY) }); say_('still open', put($h, 0, 'b'), got($h, 0, 1)); wipe('x');

# Space and holes.
$h = open_('x');
for my $f ([0, 0, 100000], [1, 200000, 50000], [0, -1, 5], [0, 5, 0], [0, 5, -5], [0, 1 << 62, 1 << 62], [0, 1 << 45, 5], [3, 4096, 8192], [3, 5000, 100], [2, 0, 10], [16, 8192, 20000], [17, 300000, 4096], [3, 1 << 30, 4096]) {
  result("fallocate @$f", ok(call('fallocate', fileno $h, @$f))); say_(-s $h, (stat $h)[12]);
}
result('of a read-only one', ok(call('fallocate', fileno open_('x', O_RDONLY), 0, 0, 10))); opendir my $dir, '.';
truncate $h, 0; truncate $h, 1 << 24; say_('hole', holes($h)); put($h, 1 << 20, 'x' x 4096); put($h, 1 << 22, 'y' x 10); say_('data', holes($h));
call('fallocate', fileno $h, 3, 1 << 20, 4096); say_('punched', holes($h)); for my $seek ([1 << 24, 3], [1 << 24, 4], [(1 << 24) - 1, 3], [-1, 3], [0, 4], [1 << 22, 4]) { my $r = call('lseek', fileno $h, @$seek); say_("seek @$seek", $r < 0 ? 'errno ' . ($! + 0) : $r) }

# Copies inside the kernel.
my $to = open_('y'); put($h, 0, join '', map { chr(65 + $_ % 26) } 0 .. 9999);
for my $c ([0, 0, 10000], [5, 3, 100], [9990, 20000, 5000], [1 << 24, 0, 10], [-1, 0, 5], [0, -1, 5], [0, 1 << 45, 5], [0, 0, 0]) {
  my ($from, $at, $size) = @$c; my $r = call('copy_file_range', fileno $h, my $i = pack('q', $from), fileno $to, my $o = pack('q', $at), $size, 0);
  say_("copy @$c", $r < 0 ? 'errno ' . ($! + 0) : $r, -s $to, substr(got($to, 0, 200), 0, 60)) if $c->[0] != 9990; say_('size', -s $to) if $c->[0] == 9990;
}
for my $c (['overlapping', $h, 0, $h, 100, 1000], ['apart', $h, 0, $h, 50000, 1000], ['to read-only', $h, 0, open_('y', O_RDONLY), 0, 5], ['from write-only', open_('y', O_WRONLY), 0, $h, 0, 5], ['to appending', $h, 0, open_('y', O_RDWR | O_APPEND), 0, 5]) {
  my ($what, $a, $i, $b, $o, $size) = @$c; my $r = call('copy_file_range', fileno $a, my $x = pack('q', $i), fileno $b, my $y = pack('q', $o), $size, 0); say_("copy $what", $r < 0 ? 'errno ' . ($! + 0) : $r);
}
my $nil = pack 'q', 0; my $r = call('copy_file_range', fileno $h, $nil, fileno $to, $nil, 5, 1); say_('copy flags', $r, $! + 0); wipe('x', 'y');

# Mappings, shared.
$h = open_('m'); put($h, 0, '-' x 8192); my $other = open_('source'); put($other, 0, 'MAPPED' x 10);
my $at = call('mmap', 0, 8192, 3, 1, fileno $h, 0); say_('mapped', $at != -1 ? 'ok' : $!); say_('into', call('pread', fileno $other, $at + 4090, 12, 0)); say_('read', got($h, 4088, 16));
result('msync', ok(call('msync', $at, 8192, 4))); say_('another open file', got(open_('m', O_RDONLY), 4088, 16)); put($h, 0, 'written'); my $seen = open_('seen'); say_(syswrite($seen, unpack 'P7', pack 'Q', $at), got($seen, 0, 10));
truncate $h, 100; result('unmapped', ok(call('munmap', $at, 8192))); say_(-s 'm'); my $ro = open_('m', O_RDONLY); say_('shared writable of a read-only one', call('mmap', 0, 4096, 3, 1, fileno $ro, 0), $! + 0); wipe('m', 'source', 'seen');

# Unlinked, and still usable.
for my $how (qw(unlink rename)) {
  $h = open_('x'); put($h, 0, 'alive'); $how eq 'unlink' ? unlink 'x' : do { touch('y'); rename 'y', 'x' };
  my @s = stat $h; say_($how, $s[3], $s[7], got($h, 0, 10)); say_(put($h, 5, ' still'), got($h, 0, 20)); result('fchmod', chmod 0611, $h); result('fchown', chown 1001, 1002, $h); result('ftruncate', truncate $h, 3); result('futimens', utime 5, 6, $h);
  result('fallocate', ok(call('fallocate', fileno $h, 0, 0, 5000))); result('fsetxattr', ok(call('fsetxattr', fileno $h, my $a = 'user.a', my $v = 'v', 1, 0))); result('flock', flock $h, LOCK_EX | LOCK_NB); result('fsync', ok(call('fdatasync', fileno $h)));
  @s = stat $h; say_(sprintf('%o', $s[2]), @s[3, 4, 5, 7]); result('truncate its name', truncate "/proc/self/fd/" . fileno $h, 1); say_((stat $h)[7]); close $h; wipe('x');
}
mkdir 'd'; opendir my $gone, 'd'; rmdir 'd'; say_('removed directory', join ',', readdir $gone); result('fstat', my @gone = stat $gone); say_($gone[3]); mkdir 'd'; chdir 'd'; rmdir '../d';
result('make in it', touch('x')); result('mkdir in it', mkdir 'y'); result('..', -e '..'); result('list', opendir my $cwd, '.'); say_(join ',', readdir $cwd); chdir '..';

# Counts of directories, and positions in them.
mkdir 'd'; show('d'); mkdir "d/$_" for 1 .. 5; show('d'); rename 'd/1', 'e'; show('d', 'e'); rmdir 'd/2'; show('d'); rmdir 'e'; wipe(map { "d/$_" } 3 .. 5);
touch("d/f$_") for 1 .. 300; opendir my $d, 'd'; my (@names, %where); while (defined(my $name = readdir $d)) { push @names, $name; $where{$name} = telldir $d } say_('listed', scalar @names, scalar keys %{ { map { $_ => 1 } @names } });
my $bad = 0; for my $i (0, 10, 150, 299) { seekdir $d, $where{ $names[$i] }; my $next = readdir $d; $bad++ if $next ne $names[$i + 1] } say_('wrong places', $bad); rewinddir $d; say_('again', scalar(() = readdir $d));
rewinddir $d; my $kept = 0; for (1 .. 50) { readdir $d } unlink "d/f$_" for 1 .. 300; 1 while defined readdir $d; rewinddir $d; say_('left', join ',', sort readdir $d); touch('d/new'); rewinddir $d; say_('new', join ',', sort readdir $d); wipe('d/new', 'd');
mkdir 'd'; for my $type (@types) { make($type, "d/$type") } system 'find d -printf "%y %f\n" | sort'; system 'ls -aU d | wc -l'; system 'rm', '-r', 'd'; result('gone', -e 'd');

# Locks: ranges, upgrades, open files, circles. FUSE hears of the last close after it has returned, so the
# locks that end with it are waited for.
$h = open_('lock'); my $flock = sub { my ($f, $cmd, $type, $start, $len) = @_; my $l = pack 'ssx4qqi', $type, 0, $start, $len, 0; my $o = outcome(fcntl $f, $cmd, $l); $o eq 'ok' && $cmd == F_GETLK ? join ' ', (unpack 'ssx4qq', $l)[0, 2, 3] : $o };
my ($set, $wait) = (F_SETLK, F_SETLKW); my ($rd, $wr, $un) = (F_RDLCK, F_WRLCK, F_UNLCK);
sub child { my ($code) = @_; my $pid = fork // die; if (!$pid) { $code->(); POSIX::_exit(0) } waitpid $pid, 0; $n += 20 }
say_($flock->($h, $set, $wr, 0, 100)); say_($flock->($h, $set, $un, 40, 20)); say_($flock->($h, $set, $rd, 60, 10)); say_($flock->($h, $set, $wr, -5, 3)); say_($flock->($h, $set, $wr, 10, -5)); say_($flock->($h, $set, 9, 0, 1));
child(sub { my $c = open_('lock'); say_(map { "[$_->[0] $_->[1]]" . $flock->($c, @$_) } [$set, $wr, 45, 10], [$set, $un, 45, 10], [$set, $rd, 60, 5], [$set, $wr, 60, 5], [F_GETLK, $wr, 0, 0], [F_GETLK, $wr, 45, 0], [F_GETLK, $rd, 62, 3]) });
close open_('lock', O_RDONLY); child(sub { say_('a close ends all of them', $flock->(open_('lock'), $set, $wr, 0, 0)) });
my $ofd = 37; my $h2 = open_('lock'); say_('open file', $flock->($h, $ofd, $wr, 0, 10)); say_('another of the same process', $flock->($h2, $ofd, $wr, 5, 10), $flock->($h2, $ofd, $rd, 10, 10)); close open_('lock'); say_('stays', $flock->($h2, $ofd, $wr, 5, 1));
close $h; say_('ends with it', $flock->($h2, $ofd + 1, $wr, 0, 20)); child(sub { my $c = open_('lock'); say_('of others', $flock->($c, $set, $wr, 0, 5)) }); close $h2; child(sub { my $c = open_('lock'); say_('free', $flock->($c, $wait, $wr, 0, 0)) });
say_('read lock of a write-only one', $flock->(open_('lock', O_WRONLY), $set, $rd, 0, 1)); say_('write lock of a read-only one', $flock->(open_('lock', O_RDONLY), $set, $wr, 0, 1));
$h = open_('lock'); $h2 = open_('lock'); result('shared', flock $h, LOCK_SH | LOCK_NB); result('shared too', flock $h2, LOCK_SH | LOCK_NB); result('no upgrade', flock $h, LOCK_EX | LOCK_NB); result('unlock', flock $h2, LOCK_UN); result('upgrade', flock $h, LOCK_EX | LOCK_NB); result('exclusive', flock $h2, LOCK_SH | LOCK_NB); close $h; result('closed', flock $h2, LOCK_EX); close $h2;
$h = open_('lock'); say_($flock->($h, $set, $wr, 0, 1)); pipe my $in, my $out; my $pid = fork // die;
if (!$pid) { my $c = open_('lock'); $flock->($c, $set, $wr, 1, 1); syswrite $out, '.'; POSIX::_exit($flock->($c, $wait, $wr, 0, 1) eq 'ok' ? 0 : 1) }
sysread $in, my $dot, 1; select undef, undef, undef, 0.3; say_('circle', $flock->($h, $wait, $wr, 1, 1)); close $h; waitpid $pid, 0; say_('the other one', $?); wipe('lock');
