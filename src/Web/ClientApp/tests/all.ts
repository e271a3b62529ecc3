import './AvailabilityStore.test';
import './WatchList.test';
import './reconnectDelay.test';
import './filters.test';
import './format.test';
import './submitOnce.test';
