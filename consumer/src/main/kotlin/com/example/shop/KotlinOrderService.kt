package com.example.shop

import dev.distributedlock.LockContext
import dev.distributedlock.annotation.DistributedLock
import dev.distributedlock.annotation.TryLock
import org.springframework.stereotype.Service

data class Cart(val id: String, val customer: Customer?)

data class Customer(val number: Long)

@Service
class KotlinOrderService {

	@DistributedLock(name = "carts", key = "#cart.id")
	fun checkOut(cart: Cart): Long = LockContext.current().token()

	@DistributedLock(name = "customers", key = "#cart.customer.number", waitTime = "0")
	fun remind(cart: Cart): Long = LockContext.current().token()

	@TryLock(name = "carts", key = "#cart.id")
	fun tryCheckOut(cart: Cart): Long? = LockContext.current().token()

}
